import { expect, test } from 'vitest';
import { clone } from '../../src/learn/clone.js';
import type { Params } from '../../src/learn/estimator.js';
import { toMatrix } from '../../src/learn/input.js';
import { NearestCentroid } from '../support/nearest-centroid.js';

class Wrapper extends NearestCentroid {}

test('a clone has the parameters and nothing learned; estimators among them are cloned too', () => {
  const inner = new NearestCentroid({ shrink: 0.25 }).fit(toMatrix([[1], [2]]), ['a', 'b']);
  const outer = new Wrapper({ inner, power: 1 });
  const copy = clone(outer);
  expect(copy).toBeInstanceOf(Wrapper);
  expect(copy.getParams()).toMatchObject({ power: 1, shrink: 0 });
  const innerCopy = copy.getParams().inner as NearestCentroid;
  expect(innerCopy).not.toBe(inner);
  expect(innerCopy.getParams()).toEqual(inner.getParams());
  expect([inner.classes_, innerCopy.classes_]).toEqual([['a', 'b'], []]);
});

test('a constructor that changes its parameters is told of', () => {
  class Doubling {
    readonly size: number;
    constructor({ size }: Params) {
      this.size = (size as number) * 2;
    }
    getParams(): Params {
      return { size: this.size };
    }
  }
  expect(() => clone(new Doubling({ size: 1 }))).toThrow(
    /Doubling cannot be cloned: its constructor, given \{ size: 2 \}, keeps 4/,
  );
});
