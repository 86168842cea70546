import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { compute, persist } from '../../src/client/collections.js';
import { Delayed, delayed } from '../../src/delayed/delayed.js';
import { tasksOf } from '../../src/graph/graph.js';

const add = delayed((a: number, b: number) => a + b);

describe('calls', () => {
  test('run when they are computed, in the order of their inputs', async () => {
    const total = add(add(1, 2), add(3, 4));
    expectTypeOf(total).toEqualTypeOf<Delayed<number>>();
    expect([...tasksOf(total.toGraph().graph)]).toHaveLength(3);
    expect(await total.compute()).toBe(10);
  });

  test('find delayed values anywhere in their arguments', async () => {
    const sum = delayed((values: { list: number[]; byName: Map<string, number>; set: Set<number> }, more: number) =>
      [...values.list, ...values.byName.values(), ...values.set, more].reduce((a, b) => a + b),
    );
    const given = { list: [1, add(1, 1)], byName: new Map([['x', add(1, 2)]]), set: new Set([add(2, 2), 5]) };
    expect(await sum(given, 6).compute()).toBe(21);
  });

  test('may be asynchronous', async () => {
    const later = delayed(async (x: number) => x * 2)(4);
    expectTypeOf(later).toEqualTypeOf<Delayed<number>>();
    expect(await add(later, 1).compute()).toBe(9);
  });

  test('what they share runs once', async () => {
    let runs = 0;
    (globalThis as { countRun?: () => number }).countRun = () => ++runs;
    const once = delayed(() => (globalThis as { countRun?: () => number }).countRun!())();
    expect(await compute(once, add(once, 1), [{ once }])).toEqual([1, 2, [{ once: 1 }]]);
    expect(runs).toBe(1);
  });

  test('reject with what the function throws', async () => {
    const fail = delayed((x: number): number => {
      throw new RangeError(`no ${x}`);
    });
    await expect(add(fail(3), 1).compute()).rejects.toThrow(new RangeError('no 3'));
  });

  test('refuse arguments of other types', () => {
    // @ts-expect-error a string is no number
    add('one', 2);
    // @ts-expect-error nor is what will be a string
    add(delayed('one'), 2);
    // @ts-expect-error an argument is missing
    add(1);
  });
});

describe('keys', () => {
  const fn = (x: number) => x + 1;

  test('are unique unless the function is pure', () => {
    expect(delayed(fn)(1).key).not.toBe(delayed(fn)(1).key);
    const pure = delayed(fn, { pure: true });
    expect(pure(1).key).toBe(pure(1).key);
    expect(pure(1).key).not.toBe(pure(2).key);
    expect(pure(pure(1) as never).key).toBe(pure(pure(1) as never).key);
  });

  test('begin with the name', () => {
    expect(delayed(fn)(1).key).toMatch(/^fn-[0-9a-f]{32}$/);
    expect(delayed(fn, { name: 'increment' })(1).key).toMatch(/^increment-/);
    expect(delayed(5, { name: 'five' }).key).toMatch(/^five-[0-9a-f]{32}$/);
  });

  test('equal values are one task', () => {
    expect(delayed({ a: 1 }).key).toBe(delayed({ a: 1 }).key);
  });
});

describe('values', () => {
  test('are what is in them, computed', async () => {
    const both = delayed([add(1, 2), { x: add(3, 4) }]);
    expectTypeOf(both).toEqualTypeOf<Delayed<[number, { x: number }]>>();
    expect(await both.compute()).toEqual([3, { x: 7 }]);
    expect(await delayed(null).compute()).toBe(null);
  });

  test('one that is delayed already stays', () => {
    const once = add(1, 2);
    expect(delayed(once).key).toBe(once.key);
  });
});

describe('what is in a value', () => {
  test('properties and items', async () => {
    const value = delayed({ sizes: [3, 5], name: 'x' });
    expectTypeOf(value.get('name')).toExtend<Delayed<string>>();
    expect(await value.get('sizes').get(1).compute()).toBe(5);
    await expect((delayed(null) as Delayed<never>).get('x' as never).compute()).rejects.toThrow('null has no x');
  });

  test('methods, with lazy arguments', async () => {
    const words = delayed('a,b,c').call('split', delayed(','));
    expect(await words.compute()).toEqual(['a', 'b', 'c']);
    expect(await words.call('map', (word: string) => word.toUpperCase()).compute()).toEqual(['A', 'B', 'C']);
    await expect(words.call('nothing' as never).compute()).rejects.toThrow('an array of 3 items has no method nothing');
  });

  test('nout takes a result apart', async () => {
    const divide = delayed((a: number, b: number) => [Math.floor(a / b), a % b], { nout: 2 });
    const [quotient, rest] = divide(17, 5);
    expect(await compute(quotient!, rest!)).toEqual([3, 2]);
    expect(() => [...delayed([1, 2])]).toThrow(
      'has a number of items that is not known: delayed(fn, { nout }) tells it',
    );
    expect([...delayed([], { nout: 0 })]).toEqual([]);
  });
});

test('persisted values are where what is derived from them begins', async () => {
  let runs = 0;
  (globalThis as { countPersist?: () => number }).countPersist = () => ++runs;
  const [held] = await persist(delayed(() => (globalThis as { countPersist?: () => number }).countPersist!())());
  expect(held).toBeInstanceOf(Delayed);
  expect(await compute(add(held, 1), add(held, 2))).toEqual([2, 3]);
  expect(await (await add(held, 3).persist()).compute()).toBe(4);
  expect(runs).toBe(1);
});

test('a graph is drawn', async () => {
  const path = join(tmpdir(), `sheaf-delayed-${process.pid}.dot`);
  await add(add(1, 2), 3).visualize(path);
  expect(readFileSync(path, 'utf8')).toMatch(/^digraph/);
  rmSync(path);
});

test('what functions capture', async () => {
  const offset = 5;
  const lazy = add(1, 2);
  const values = [1, 2, 3];
  const shifted = delayed((x: number) => x + offset + values.length);
  values.push(4); // too late
  expect(await shifted(1).compute()).toBe(9);
  expect(() => delayed(() => lazy)).toThrow('it is a lazy value: give it as an argument');
});

test('arguments that hold functions and instances', async () => {
  class Scale {
    readonly by: number;
    constructor(by: number) {
      this.by = by;
    }
    of(x: number) {
      return x * this.by;
    }
  }
  const apply = delayed((fn: (x: number) => number, scale: Scale, x: number) => fn(scale.of(x)));
  expect(await apply((x) => x + 1, new Scale(10), add(1, 2)).compute()).toBe(31);
});

test('mistakes are told', () => {
  expect(() => delayed(() => 1, { nOut: 2 } as never)).toThrow(
    'delayed has no option nOut: there are name, pure, nout',
  );
  expect(() => delayed(() => 1, { nout: -1 })).toThrow('a non-negative integer: got -1');
});
