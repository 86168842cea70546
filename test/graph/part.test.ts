import { expect, test } from 'vitest';
import { isCollection } from '../../src/graph/collection.js';
import { cull } from '../../src/graph/cull.js';
import { tasksOf } from '../../src/graph/graph.js';
import { assemble, type GraphPart } from '../../src/graph/part.js';

const part = (key: string, inputs: readonly GraphPart[] = []): GraphPart => ({
  inputs,
  layers: [{ kind: 'tasks', tasks: [{ key, op: `m#${key}`, params: null, deps: [] }] }],
  code: { [`code of ${key}`]: key },
});
const keysOf = (...parts: GraphPart[]) => [...tasksOf(assemble(parts))].map(({ key }) => key);

test('every part is there once, inputs first, with its code', () => {
  const a = part('a');
  const b = part('b', [a]);
  const c = part('c', [a, b]);
  expect(keysOf(c, b)).toEqual(['a', 'b', 'c']);
  expect(assemble([c]).code).toEqual({ 'code of a': 'a', 'code of b': 'b', 'code of c': 'c' });
});

test('equal tasks of different parts are one', () => {
  expect(keysOf(part('c', [part('a'), part('b')]), part('d', [part('a')]))).toEqual(['a', 'b', 'c', 'd']);
});

test('chains of any length', () => {
  let last = part('0');
  for (let i = 1; i < 20_000; i++) last = part(String(i), [last]);
  expect(keysOf(last)).toEqual(Array.from({ length: 20_000 }, (_, i) => String(i)));
});

test('diamonds upon diamonds are walked once', () => {
  let last = part('0');
  for (let i = 1; i < 60; i++) last = part(String(i), [last, last, last]);
  expect(keysOf(last)).toHaveLength(60);
});

test('culling keeps the code, and leaves out what is held elsewhere', () => {
  const graph = assemble([part('a'), part('b')]);
  const culled = cull(graph, ['b', 'held'], (key) => key === 'held');
  expect([...tasksOf(culled)].map(({ key }) => key)).toEqual(['b']);
  expect(culled.code).toBe(graph.code);
  expect(() => cull(graph, ['c'])).toThrow('the graph has no task c');
});

test('collections are told by what they do', () => {
  const collection = { toGraph: () => {}, finish: () => {}, withKeys: () => {} };
  expect([collection, { toGraph: () => {} }, null, 'x', () => {}].map(isCollection)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
