import { expect, test } from 'vitest';
import { cull } from '../../src/graph/cull.js';
import { toDot } from '../../src/graph/dot.js';
import { GraphBuilder, tasksOf } from '../../src/graph/graph.js';

const builder = new GraphBuilder();
const X = builder.value('X', { dtype: 'float64', shape: [4, 2], data: new Float64Array(8) });
const scaled = [1, 2, 3].map((by) => builder.add('m.js#scale', { by, note: 'a "quoted"\nname' }, [X]));
const total = builder.add('m.js#sum', null, scaled);
const graph = builder.build();

const linesOf = (dot: string) => dot.split('\n').map((line) => line.trim());

test('a small graph is drawn task by task, with its parameters', () => {
  const lines = linesOf(toDot(graph));
  expect(lines).toContain('n0 [label="X\\nfloat64 [4, 2]"]');
  expect(lines).toContain('n2 [label="scale\\nby: 2\\nnote: a \\"quoted\\" name"]');
  expect(lines).toContain('n4 [label="sum"]');
  expect(lines.filter((line) => line.includes('->'))).toEqual([
    'n0 -> n1 [color="#cccccc", weight=0]',
    'n0 -> n2 [color="#cccccc", weight=0]',
    'n0 -> n3 [color="#cccccc", weight=0]',
    'n1 -> n4',
    'n2 -> n4',
    'n3 -> n4',
  ]);
});

test('a big graph is drawn by its operations, with counts', () => {
  const lines = linesOf(toDot(graph, { maxNodes: 4 }));
  expect(lines.filter((line) => /^n\d/.test(line))).toEqual([
    'n0 [label="X\\nfloat64 [4, 2]"]',
    'n1 [label="scale × 3"]',
    'n2 [label="sum"]',
    'n0 -> n1 [label="3", color="#cccccc", weight=0]',
    'n1 -> n2 [label="3"]',
  ]);
});

test('cull keeps what the keys need, in the order of the graph', () => {
  const keysOf = (keys: string[]) => [...tasksOf(cull(graph, keys))].map((task) => task.key);
  expect(keysOf([scaled[1]])).toEqual([X, scaled[1]]);
  expect(keysOf([total, X])).toEqual([X, ...scaled, total]);
  expect(keysOf([])).toEqual([]);
  expect(() => cull(graph, ['nothing'])).toThrow('the graph has no task nothing');
});
