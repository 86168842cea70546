import { InputError } from '../../util/errors.js';
import type { Label } from '../estimator.js';

export type Scorer = (yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>) => number;

const macro =
  (of: 'precision' | 'recall'): Scorer =>
  (yTrue, yPred) => {
    const labels = [...new Set([...Array.from(yTrue), ...Array.from(yPred)])].sort();
    const ratios = labels.map((label) => {
      const base = of === 'precision' ? yPred : yTrue;
      const other = of === 'precision' ? yTrue : yPred;
      const total = Array.from(base).filter((l) => l === label).length;
      const hits = Array.from(base).filter((l, i) => l === label && other[i] === label).length;
      return total === 0 ? 0 : hits / total;
    });
    return ratios.reduce((a, b) => a + b, 0) / labels.length;
  };

const scorers: Readonly<Record<string, Scorer>> = {
  accuracy: (yTrue, yPred) => Array.from(yTrue).filter((label, i) => label === yPred[i]).length / yTrue.length,
  precision_macro: macro('precision'),
  recall_macro: macro('recall'),
};

/** Stand-in. */
export function scorerOf(name: string): Scorer {
  const scorer = scorers[name];
  if (!scorer) throw new InputError(`'${name}' is not a scorer: there are ${Object.keys(scorers).sort().join(', ')}`);
  return scorer;
}
