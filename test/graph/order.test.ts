import { expect, test } from 'vitest';
import { depthFirstOrder } from '../../src/graph/order.js';

const orderOf = (deps: Record<string, string[]>, wanted: string[]) =>
  depthFirstOrder(wanted, (key) => deps[key]).join(' ');

test('what one result needs is computed before the next one begins', () => {
  const deps = { a0: [], b0: ['a0'], c0: ['b0'], a1: [], b1: ['a1'], c1: ['b1'] };
  expect(orderOf(deps, ['c0', 'c1'])).toBe('a0 b0 c0 a1 b1 c1');
});

test('the longest chain below a task comes first', () => {
  const deps = { leaf: [], a: [], b: ['a'], c: ['b'], sum: ['leaf', 'c'] };
  expect(orderOf(deps, ['sum'])).toBe('a b c leaf sum');
});

test('shared inputs come once, unneeded tasks not at all, unknown keys are left out', () => {
  const deps = { x: [], y: ['x'], z: ['x', 'y', 'elsewhere'], unneeded: ['x'] };
  expect(orderOf(deps, ['y', 'z', 'y'])).toBe('x y z');
});

test('a cycle ends, with every key once', () => {
  expect(
    orderOf({ a: ['b'], b: ['a'], c: ['a'] }, ['c'])
      .split(' ')
      .sort(),
  ).toEqual(['a', 'b', 'c']);
});

test('a chain of 100,000 tasks needs no stack', () => {
  const depsOf = (key: string) => (key === '0' ? [] : [`${Number(key) - 1}`]);
  const order = depthFirstOrder(['99999'], depsOf);
  expect([order.length, order[0], order.at(-1)]).toEqual([100_000, '0', '99999']);
});
