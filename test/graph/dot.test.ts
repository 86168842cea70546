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
  expect(lines).toContain('t0 [label="X\\nfloat64 [4, 2]"]');
  expect(lines).toContain('t2 [label="scale\\nby: 2\\nnote: a \\"quoted\\" name"]');
  expect(lines).toContain('t4 [label="sum"]');
  expect(lines.filter((line) => line.includes('->'))).toEqual([
    't0 -> t1 [color="#cccccc", weight=0]',
    't0 -> t2 [color="#cccccc", weight=0]',
    't0 -> t3 [color="#cccccc", weight=0]',
    't1 -> t4',
    't2 -> t4',
    't3 -> t4',
  ]);
});

test('a big graph is drawn by its operations, with counts', () => {
  const lines = linesOf(toDot(graph, { maxNodes: 4 }));
  expect(lines.filter((line) => /^c\d/.test(line))).toEqual([
    'c0 [label="X\\nfloat64 [4, 2]"]',
    'c1 [label="scale × 3"]',
    'c2 [label="sum"]',
    'c0 -> c1 [label="3"]',
    'c1 -> c2 [label="3"]',
  ]);
});

test('cull keeps what the keys need, in the order of the graph', () => {
  const keysOf = (keys: string[]) => [...tasksOf(cull(graph, keys))].map((task) => task.key);
  expect(keysOf([scaled[1]])).toEqual([X, scaled[1]]);
  expect(keysOf([total, X])).toEqual([X, ...scaled, total]);
  expect(keysOf([])).toEqual([]);
  expect(() => cull(graph, ['nothing'])).toThrow('the graph has no task nothing');
});
