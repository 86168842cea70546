import type { Block } from '../../src/arrow/block.js';
import type { Label, Params } from '../../src/learn/estimator.js';

/** The estimator of test/golden/make_search.py, operation by operation. */
export class NearestCentroid {
  static fits = 0;
  #params: { readonly power: number; readonly shrink: number; readonly limit: number };
  classes_: Label[] = [];
  centroids_: number[][] = [];

  constructor(params: Params = {}) {
    this.#params = { power: 2, shrink: 0, limit: 10, ...params };
  }

  getParams(): Params {
    return this.#params;
  }

  setParams(params: Params): this {
    this.#params = { ...this.#params, ...params };
    return this;
  }

  fit(X: Block, y: readonly Label[]): this {
    NearestCentroid.fits++;
    const { shrink, limit } = this.#params;
    if (shrink >= limit) throw new RangeError(`shrink ${shrink} is not below ${limit}`);
    const [rows, columns] = X.shape;
    this.classes_ = [...new Set(y)].sort((a, b) => (a < b ? -1 : 1));
    this.centroids_ = this.classes_.map((label) => {
      const sums = Array.from({ length: columns }, () => 0);
      let count = 0;
      for (let i = 0; i < rows; i++) {
        if (y[i] !== label) continue;
        count++;
        for (let j = 0; j < columns; j++) sums[j] += X.data[i * columns + j];
      }
      return sums.map((total) => (total / count) * (1 - shrink));
    });
    return this;
  }

  predict(X: Block): Label[] {
    const [rows, columns] = X.shape;
    return Array.from({ length: rows }, (_, i) => {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      this.centroids_.forEach((centroid, k) => {
        let distance = 0;
        for (let j = 0; j < columns; j++) {
          const gap = Math.abs(X.data[i * columns + j] - centroid[j]);
          distance += this.#params.power === 2 ? gap * gap : gap;
        }
        if (distance < least) [best, least] = [k, distance];
      });
      return this.classes_[best];
    });
  }
}
