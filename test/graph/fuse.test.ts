import { expect, test } from 'vitest';
import { fuse } from '../../src/graph/fuse.js';
import { type Graph, tasksOf } from '../../src/graph/graph.js';
import { type Task, titleOfOp } from '../../src/graph/task.js';

const step = (key: string, deps: readonly string[], more: Partial<Task> = {}): Task => ({
  key,
  op: `bag/ops.js#${key}`,
  params: `of ${key}`,
  deps,
  ...more,
});
const graphOf = (...tasks: Task[]): Graph => ({ layers: [{ kind: 'tasks', tasks }], code: { h: 1 } });
const fused = (keys: readonly string[], ...tasks: Task[]) =>
  [...tasksOf(fuse(graphOf(...tasks), keys))].map(({ key, op, params, deps }) => [
    key,
    op.startsWith('bag/ops.js#chain:') ? (params as { steps: { name: string }[] }).steps.map(({ name }) => name) : op,
    deps,
  ]);

test('a chain becomes one task under its last key, with all that it needs', () => {
  const tasks = [step('a', ['x', 'y'], { code: ['h1'] }), step('b', ['a']), step('c', ['b'], { code: ['h2', 'h1'] })];
  expect([...tasksOf(fuse(graphOf(...tasks.toReversed()), ['c']))]).toEqual([
    {
      key: 'c',
      op: 'bag/ops.js#chain:a-b-c',
      params: {
        steps: [
          { name: 'a', params: 'of a' },
          { name: 'b', params: 'of b' },
          { name: 'c', params: 'of c' },
        ],
      },
      deps: ['x', 'y'],
      code: ['h1', 'h2'],
    },
  ]);
  expect(fuse(graphOf(...tasks), ['c']).code).toEqual({ h: 1 });
});

test('a chain is named by its steps: repeated ones once, the first of many', () => {
  const nameOf = (...names: string[]) => {
    const tasks = names.map((name, i) => step(`${i}`, i === 0 ? [] : [`${i - 1}`], { op: `bag/ops.js#${name}` }));
    return [...tasksOf(fuse(graphOf(...tasks), [`${names.length - 1}`]))].map(({ op }) => [op, titleOfOp(op)]);
  };
  expect(nameOf('lines', 'map', 'map', 'filter', 'map')).toEqual([
    ['bag/ops.js#chain:lines-map-filter-map', 'lines-map-filter-map'],
  ]);
  expect(nameOf(...'abcdefghijk')).toEqual([
    ['bag/ops.js#chain:a-b-c-d-e-f-g-h-and-3-more', 'a-b-c-d-e-f-g-h-and-3-more'],
  ]);
  expect(titleOfOp('fn:0a#f:g')).toBe('f:g');
});

test('a chain that is lengthened goes on', () => {
  const first = fuse(graphOf(step('a', []), step('b', ['a'])), ['b']);
  const [b] = [...tasksOf(first)];
  expect(fused(['c'], b!, step('c', ['b']))).toEqual([['c', ['a', 'b', 'c'], []]]);
});

test('what has two readers stays', () => {
  expect(fused(['b', 'c'], step('a', []), step('b', ['a']), step('c', ['a']))).toEqual([
    ['a', 'bag/ops.js#a', []],
    ['b', 'bag/ops.js#b', ['a']],
    ['c', 'bag/ops.js#c', ['a']],
  ]);
});

test('what is wanted itself stays', () => {
  expect(fused(['a', 'b'], step('a', []), step('b', ['a']))).toEqual([
    ['a', 'bag/ops.js#a', []],
    ['b', 'bag/ops.js#b', ['a']],
  ]);
});

test('a task with several inputs begins a chain and ends none, so that its inputs run side by side', () => {
  const tasks = [step('a', []), step('b', ['a']), step('c', []), step('d', ['b', 'c']), step('e', ['d'])];
  expect(fused(['e'], ...tasks)).toEqual([
    ['b', ['a', 'b'], []],
    ['c', 'bag/ops.js#c', []],
    ['e', ['d', 'e'], ['b', 'c']],
  ]);
});

test('tasks of other modules, retained ones and those that are to run elsewhere stay', () => {
  const other = { op: 'delayed/ops.js#get' };
  expect(fused(['b'], step('a', [], other), step('b', ['a']))).toHaveLength(2);
  expect(fused(['b'], step('a', []), step('b', ['a'], other))).toHaveLength(2);
  expect(fused(['b'], step('a', [], { retain: true }), step('b', ['a']))).toHaveLength(2);
  expect(fused(['b'], step('a', []), step('b', ['a'], { annotations: { priority: 1 } }))).toHaveLength(2);
});

test('a graph without chains comes back as it is', () => {
  const graph = graphOf(step('a', []));
  expect(fuse(graph, ['a'])).toBe(graph);
});

test('long chains', () => {
  const tasks = Array.from({ length: 20_000 }, (_, i) => step(`t${i}`, i === 0 ? [] : [`t${i - 1}`]));
  expect(fused(['t19999'], ...tasks.toReversed())).toHaveLength(1);
});
