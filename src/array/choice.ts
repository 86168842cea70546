/** Indices by chance: which of some entries are taken. */
import { sizeOf } from '../arrow/block.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { ChunkedArray } from './chunked-array.js';
import { creation } from './functions/creation.js';
import type { RandomOptions } from './random.js';
import type { Shape } from './shape.js';

export interface ChoiceOptions extends RandomOptions {
  /** Whether an entry may come again, as it may unless told. */
  readonly replace?: boolean;
  /** The probability of each entry; all alike unless told. */
  readonly p?: ArrayLike<number>;
}

/** What is drawn for it. */
interface Draws {
  random(shape: Shape, options: RandomOptions): ChunkedArray;
  exponential(scale: number, shape: Shape, options: RandomOptions): ChunkedArray;
  integers(low: number, high: number, shape: Shape, options: RandomOptions): ChunkedArray;
}

/** So many of the indices of an array of that `from` as the shape has elements. */
export function chosen(
  draws: Draws,
  from: readonly number[],
  shape: readonly number[],
  { replace = true, p, ...options }: ChoiceOptions,
): ChunkedArray {
  const extent = checkExtent(from);
  const chances = p && checkChances(p, extent);
  if (replace && !chances) return draws.integers(0, extent, shape, { ...options, dtype: 'int64' });
  if (replace) {
    const sums = creation.fromArray(cumulated(chances!));
    return sums.searchsorted(draws.random(shape, options), { side: 'right' });
  }
  const count = sizeOf(shape);
  const most = chances ? chances.filter((chance) => chance > 0).length : extent;
  if (count > most) throw new InputError(`choice without replacement takes ${most} at most, got ${count}`);
  const one = { ...options, chunks: -1 };
  // In the order of exponential waits at rates that are the chances (Efraimidis and Spirakis, 2006).
  const waits = chances ? draws.exponential(1, extent, one).divide(chances) : draws.random(extent, one);
  return waits
    .argsort()
    .slice([[0, count]])
    .reshape(shape)
    .rechunk(options.chunks ?? 'auto');
}

/** How far a sum of probabilities may be from 1. */
const TOLERANCE = 1e-8;

function checkExtent(shape: readonly number[]): number {
  const [extent] = shape;
  if (shape.length === 1 && Number.isSafeInteger(extent) && extent! > 0) return extent!;
  throw new InputError(
    'choice takes a whole number above 0 or an array of one axis with entries, ' +
      `got ${shape.length === 1 ? `${extent} entries` : `${shape.length} axes`}`,
  );
}

function checkChances(p: ArrayLike<number>, extent: number): Float64Array<ArrayBuffer> {
  const chances = Float64Array.from(p);
  if (chances.length !== extent) {
    throw new InputError(`choice: p has a probability for each of ${extent} entries, got ${chances.length}`);
  }
  const wrong = chances.find((chance) => !(chance >= 0));
  if (wrong !== undefined) throw new InputError(`choice: p has numbers of 0 or more, got ${describe(wrong)}`);
  const sum = chances.reduce((total, chance) => total + chance, 0);
  if (Math.abs(sum - 1) > TOLERANCE) throw new InputError(`choice: the probabilities in p add up to 1, got ${sum}`);
  return chances;
}

/** The sums up to each, of which the last is 1. */
function cumulated(chances: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  let sum = 0;
  const sums = chances.map((chance) => (sum += chance));
  return sums.map((each) => each / sum);
}
