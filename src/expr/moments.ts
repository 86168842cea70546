/**
 * Counts, sums and central moments. Each panel of a chunk is gone through twice while it is in the cache: for its mean, and
 * for the powers of the differences from that. Those of panels and chunks are joined as in Chan, Golub and LeVeque
 * (Updating formulae and a pairwise algorithm for computing sample variances, 1979), for higher powers as in Pébay
 * (Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments, 2008).
 */
import { allocate, sizeOf } from '../arrow/block.js';
import type { ArrayOf, DType } from '../arrow/dtype.js';
import { type Chunk, panelsOf, plainWalk } from './chunk.js';
import { folder } from './fold.js';
import { ProgramBuilder, resultOf } from './program.js';
import type { AnyBlock, Walk } from './tasks.js';

interface MomentsParams {
  /** The highest power; 1 for sums alone. */
  readonly order: number;
  readonly skipNaN: boolean;
}

interface Moments {
  readonly shape: readonly number[];
  readonly count: ArrayOf<'float64'>;
  readonly sum: ArrayOf<'float64'>;
  /** The sums of squared differences from the mean, of cubed ones and so on. */
  readonly powers: readonly ArrayOf<'float64'>[];
}

const empty = (shape: readonly number[], order: number): Moments => ({
  shape,
  count: allocate('float64', sizeOf(shape)),
  sum: allocate('float64', sizeOf(shape)),
  powers: Array.from({ length: order - 1 }, () => allocate('float64', sizeOf(shape))),
});

/** Gives the counts, the sums, and the sums of powers from the second on. */
export const momentsRow = {
  chunk({ order, skipNaN }: MomentsParams, chunk: Chunk): Moments {
    const { extents, reduced } = chunk;
    const total = empty(
      extents.map((extent, axis) => (reduced.includes(axis) ? 1 : extent)),
      order,
    );
    const passes = passesOf(resultOf(chunk.walk.program), extents.length, order, skipNaN);
    let like: AnyBlock | undefined;
    let moments = () => total;
    for (const { values, axis, start } of panelsOf(chunk, order > 1)) {
      if (values !== like) moments = momentsOf(values, reduced, passes);
      like = values;
      const cells = reduced.includes(axis) ? 0 : start * sizeOf(total.shape.slice(axis + 1));
      merge(total, cells, moments());
    }
    return total;
  },
  combine({ order }: MomentsParams, parts: readonly Moments[]): Moments {
    const [first] = parts as [Moments];
    if (parts.length === 1) return first;
    const total = empty(first.shape, order);
    for (const part of parts) merge(total, 0, part);
    return total;
  },
  finish(_: MomentsParams, { shape, count, sum, powers }: Moments): readonly AnyBlock[] {
    return [count, sum, ...powers].map((data) => ({ dtype: 'float64', shape, data }));
  },
};

/** How a panel is gone through: for its sum, its count if it leaves values out, and the powers of differences. */
interface Passes {
  readonly sum: Walk;
  readonly count?: Walk;
  readonly powers: readonly Walk[];
}

function passesOf(dtype: DType, ndim: number, order: number, skipNaN: boolean): Passes {
  const like = { dtype, shape: new Array<number>(ndim).fill(1) };
  const powers = Array.from({ length: order - 1 }, (_, i) => powersWalk(dtype, ndim, i + 2, skipNaN));
  if (!skipNaN) return { sum: plainWalk(like), powers };
  const sum = plainWalk(like, (b, v) => b.call('where', b.call('isnan', v), b.constant(0, dtype), v));
  return { sum, powers, count: plainWalk(like, isCounted) };
}

/** What gives the moments of what is in a panel when it is called. */
function momentsOf(values: AnyBlock, reduced: readonly number[], passes: Passes): () => Moments {
  const sumOf = folder(passes.sum, 'sum', reduced, [values]);
  const countOf = passes.count && folder(passes.count, 'sum', reduced, [values]);
  const shape = values.shape.map((extent, axis) => (reduced.includes(axis) ? 1 : extent));
  const whole = new Float64Array(sizeOf(shape)).fill(sizeOf(reduced.map((axis) => values.shape[axis]!)));
  const mean = { dtype: 'float64', shape, data: new Float64Array(whole.length) } as const;
  const powersOf = passes.powers.map((walk) => folder(walk, 'sum', reduced, [values, mean]));
  return () => {
    const sum = numbers(sumOf());
    const count = countOf ? numbers(countOf()) : whole;
    for (let i = 0; i < sum.length; i++) mean.data[i] = sum[i]! / count[i]!;
    return { shape, count, sum, powers: powersOf.map((of) => numbers(of())) };
  };
}

const isCounted = (b: ProgramBuilder, v: number): number => b.cast(b.call('logicalNot', b.call('isnan', v)), 'float64');

/** The power of the difference of the first block from the second, whose reduced axes have one element. */
function powersWalk(dtype: DType, ndim: number, power: number, skipNaN: boolean): Walk {
  const b = new ProgramBuilder();
  const value = b.cast(b.input(0, dtype), 'float64');
  const difference = b.call('subtract', value, b.input(1, 'float64'));
  let result = difference;
  for (let i = 1; i < power; i++) result = b.call('multiply', result, difference);
  if (skipNaN) result = b.call('where', b.call('isnan', value), b.constant(0, 'float64'), result);
  const axes = Array.from({ length: ndim }, (_, axis) => axis);
  return { program: b.build(result), axes: [axes, axes], ndim };
}

const numbers = ({ data }: AnyBlock): ArrayOf<'float64'> =>
  data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);

/** Takes `part` to the cells of `total` from `at` on. */
function merge(total: Moments, at: number, part: Moments): void {
  const { count, sum, powers } = total;
  const length = part.count.length;
  if (powers.length === 1) mergeSquares(total, at, part);
  else if (powers.length > 1) for (let i = 0; i < length; i++) mergePowers(total, at + i, part, i);
  for (let i = 0; i < length; i++) {
    sum[at + i]! += part.sum[i]!;
    count[at + i]! += part.count[i]!;
  }
}

/** Variances alone: `mergePowers` for the second power. */
function mergeSquares({ count, sum, powers: [squares] }: Moments, at: number, part: Moments): void {
  const { count: counts, sum: sums } = part;
  const [others] = part.powers;
  for (let i = 0; i < counts.length; i++) {
    const a = count[at + i]!;
    const b = counts[i]!;
    if (a === 0) squares![at + i] = others![i]!;
    else if (b !== 0) {
      const delta = sums[i]! / b - sum[at + i]! / a;
      squares![at + i] = squares![at + i]! + others![i]! + (delta * delta * a * b) / (a + b);
    }
  }
}

/**
 * With the difference d of the means: M_p = M_p^A + M_p^B + (n_A n_B d / n)^p (1 / n_B^(p-1) - (-1 / n_A)^(p-1))
 * + sum over k from 1 to p - 2 of binomial(p, k) ((-n_B / n)^k M_(p-k)^A + (n_A / n)^k M_(p-k)^B) d^k.
 */
function mergePowers({ count, sum, powers }: Moments, at: number, part: Moments, i: number): void {
  const a = count[at]!;
  const b = part.count[i]!;
  if (b === 0) return;
  const n = a + b;
  const delta = a === 0 ? 0 : part.sum[i]! / b - sum[at]! / a;
  // From the highest, since each takes those below as they were.
  for (let p = powers.length + 1; p >= 2; p--) {
    const other = part.powers[p - 2]![i]!;
    if (a === 0) {
      powers[p - 2]![at] = other;
      continue;
    }
    let result = powers[p - 2]![at]! + other;
    result += ((a * b * delta) / n) ** p * (b ** (1 - p) - (-a) ** (1 - p));
    let binomial = 1;
    for (let k = 1; k <= p - 2; k++) {
      binomial *= (p - k + 1) / k;
      const below = (-b / n) ** k * powers[p - k - 2]![at]! + (a / n) ** k * part.powers[p - k - 2]![i]!;
      result += binomial * below * delta ** k;
    }
    powers[p - 2]![at] = result;
  }
}
