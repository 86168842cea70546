import { expect, test } from 'vitest';
import { GraphBuilder, tasksOf } from '../../src/graph/graph.js';
import { execute } from '../../src/worker/execute.js';

test('equal work is one task with one key', () => {
  const builder = new GraphBuilder();
  const x = builder.value('x', new Float64Array([1, 2]));
  const first = builder.add('some/ops.js#scale', { by: 2, from: 1 }, [x]);
  const again = builder.add('some/ops.js#scale', { from: 1, by: 2 }, [builder.value('x', new Float64Array([1, 2]))]);
  const other = builder.add('some/ops.js#scale', { by: 3, from: 1 }, [x]);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect([...tasksOf(builder.build())].map((task) => task.key)).toEqual([x, first, other]);
});

test('a map layer stands for one task per row', () => {
  const layer = { kind: 'map', prefix: 'pow', op: 'fn:1#pow', columns: [[3, 4, 5], Float64Array.of(2, 3)] } as const;
  expect([...tasksOf({ layers: [layer, { ...layer, start: 2, annotations: { retries: 1 } }] })]).toEqual([
    { key: 'pow-0', op: 'fn:1#pow', params: [3, 2], deps: [] },
    { key: 'pow-1', op: 'fn:1#pow', params: [4, 3], deps: [] },
    { key: 'pow-2', op: 'fn:1#pow', params: [3, 2], deps: [], annotations: { retries: 1 } },
    { key: 'pow-3', op: 'fn:1#pow', params: [4, 3], deps: [], annotations: { retries: 1 } },
  ]);
});

test('execute runs what the keys need, once, and nothing else', async () => {
  const ran: string[] = [];
  const ops = {
    one: () => {
      ran.push('one');
      return 1;
    },
    add: (by: number, x: number) => {
      ran.push(`add ${by}`);
      return x + by;
    },
    never: () => ran.push('never'),
  };
  const builder = new GraphBuilder();
  const one = builder.add('#one', null);
  const two = builder.add('#add', 1, [one]);
  const eleven = builder.add('#add', 10, [one]);
  builder.add('#never', null);
  const results = execute(builder.build(), [eleven, two], (op) => ops[op.slice(1) as keyof typeof ops]);
  expect(await Promise.all(results)).toEqual([11, 2]);
  expect(ran.sort()).toEqual(['add 1', 'add 10', 'one']);
});
