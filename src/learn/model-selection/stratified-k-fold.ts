import type { Label } from '../estimator.js';
import type { Split } from './split.js';

/** Stand-in without shuffling. */
export class StratifiedKFold {
  readonly nSplits: number;

  constructor({ nSplits = 5 }: { readonly nSplits?: number } = {}) {
    this.nSplits = nSplits;
  }

  split(_X: unknown, y: readonly Label[]): Split[] {
    const k = this.nSplits;
    const rows = y.map((_, row) => row);
    const folds = new Int32Array(y.length);
    let before = 0;
    for (const label of new Set(y)) {
      const members = rows.filter((row) => y[row] === label);
      const counts = Array.from({ length: k }, () => 0);
      for (let i = 0; i < members.length; i++) counts[(before + i) % k]++;
      before += members.length;
      const labelFolds = counts.flatMap((count, fold) => Array.from({ length: count }, () => fold));
      members.forEach((row, i) => {
        folds[row] = labelFolds[i];
      });
    }
    return Array.from({ length: k }, (_, fold) => ({
      train: Int32Array.from(rows.filter((row) => folds[row] !== fold)),
      test: Int32Array.from(rows.filter((row) => folds[row] === fold)),
    }));
  }
}
