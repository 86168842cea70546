import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractHoles, fillHoles } from '../../src/graph/holes.js';

class Hole {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}
const isHole = (value: unknown): value is Hole => value instanceof Hole;
const hole = (value: unknown) => new Hole(value);
const refilled = (args: unknown) => {
  const { args: rest, holes, found } = extractHoles(args, isHole);
  return fillHoles(
    rest,
    holes,
    found.map(({ value }) => value),
  );
};

describe('extractHoles', () => {
  test('arguments without holes come back as they are', () => {
    const args = [1, { a: [new Map([[1, new Set(['x'])]])] }, new Date(0), null];
    expect(extractHoles(args, isHole)).toEqual({ args, holes: [], found: [] });
    expect(extractHoles(args, isHole).args).toBe(args);
    expect(fillHoles(args, [], [])).toBe(args);
  });

  test('the paths to holes in all containers', () => {
    const args = [
      hole('first'),
      { weights: [0, hole('weight')], untouched: [1] },
      new Map<unknown, unknown>([
        ['k', 1],
        [{}, [hole('in a map')]],
      ]),
      new Set<unknown>([hole('a'), 'between', [hole('b')], hole('c')]),
    ];
    const { args: rest, holes, found } = extractHoles(args, isHole);
    expect(found.map(({ value }) => value)).toEqual(['first', 'weight', 'in a map', 'a', 'b', 'c']);
    expect(holes).toEqual([[0], [1, 'weights', 1], [2, 1, 0], [3, 0], [3, 2, 0], [3, 3]]);
    expect(rest[0]).toBe(null);
    expect(rest[1]).toEqual({ weights: [0, null], untouched: [1] });
    expect((rest[1] as { untouched: unknown }).untouched).toBe((args[1] as { untouched: unknown }).untouched);
    expect([...(rest[2] as Map<unknown, unknown>).values()]).toEqual([1, [null]]);
    expect([...(rest[3] as Set<unknown>)]).toEqual(['between', [null]]);
    expect(args[0]).toEqual(hole('first'));
  });

  test('the whole may be a hole', () => {
    expect(extractHoles(hole(1), isHole)).toEqual({ args: null, holes: [[]], found: [hole(1)] });
    expect(refilled(hole(1))).toBe(1);
  });

  test('instances of classes are not searched', () => {
    class Owner {
      readonly inside = hole(1);
    }
    const args = [new Owner()];
    expect(extractHoles(args, isHole).args).toBe(args);
  });

  test('cyclic data is left alone', () => {
    const ring: Record<string, unknown> = { name: 'ring' };
    ring.self = ring;
    const args = [ring, [ring]];
    expect(extractHoles(args, isHole).args).toBe(args);
    const { args: rest, holes } = extractHoles([ring, hole(1)], isHole);
    expect(holes).toEqual([[1]]);
    expect(rest[0]).toBe(ring);
  });

  test('a property named __proto__ is one like others', () => {
    const args = JSON.parse('[{"__proto__": {"a": 1}}]');
    args[0].b = hole(2);
    const filled = refilled(args) as [object];
    expect(Object.entries(filled[0])).toEqual([
      ['__proto__', { a: 1 }],
      ['b', 2],
    ]);
    expect(Object.getPrototypeOf(filled[0])).toBe(Object.prototype);
  });
});

describe('fillHoles', () => {
  test('holes of a Set with equal values are one item', () => {
    expect(refilled(new Set([hole(5), hole(5), [hole(5)]]))).toEqual(new Set([5, [5]]));
  });

  test('does not mutate, so that a call can be repeated', () => {
    const { args, holes } = extractHoles([[hole(1)], new Set([hole(2)])], isHole);
    expect(fillHoles(args, holes, ['x', 'y'])).toEqual([['x'], new Set(['y'])]);
    expect(fillHoles(args, holes, ['z', 'w'])).toEqual([['z'], new Set(['w'])]);
  });

  test('is the inverse of taking out, for any nesting', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.integer().map(hole),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie('tree'), { maxKeys: 4 }),
        fc.array(fc.tuple(fc.integer(), tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries)),
        fc.array(tie('tree'), { maxLength: 4 }).map((items) => new Set(items)),
      ),
    }));
    const filledByHand = (value: unknown): unknown => {
      if (value instanceof Hole) return value.value;
      if (Array.isArray(value)) return value.map(filledByHand);
      if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [key, filledByHand(item)]));
      if (value instanceof Set) return new Set(Array.from(value, filledByHand));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledByHand(item)]));
    };
    fc.assert(
      fc.property(tree, (args) => {
        const { args: rest } = extractHoles(args, isHole);
        expect(extractHoles(rest, isHole).found).toEqual([]);
        expect(structuredClone(rest)).toEqual(rest);
        expect(refilled(args)).toEqual(filledByHand(args));
      }),
      { numRuns: 500 },
    );
  });
});
