/** What is made of the measures of several rounds. */
import { InputError } from '../src/util/errors.js';

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/** Raises {@link InputError} when there is no value, or one that is not finite. */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new InputError('there is no round to summarize');
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new InputError(`a round measured ${wrong}: measures must be finite`);
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1)!, rounds: sorted.length };
}

/** How many times better `own` is than `other`: above 1, `own` is ahead. */
export function advantage(own: number, other: number, higherIsBetter: boolean): number {
  return higherIsBetter ? own / other : other / own;
}

/** On `workers` (or threads): `oneMs` is the time of the work on one, `manyMs` that of `work` times as much on all. */
export function scaling(
  oneMs: number,
  manyMs: number,
  workers: number,
  work = 1,
): { speedup: number; efficiency: number } {
  const speedup = (work * oneMs) / manyMs;
  return { speedup, efficiency: speedup / workers };
}
