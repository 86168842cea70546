/** What makes arrays of numbers that follow from where they are, or that are in memory. */
import { type DType, dtypeOfValue, type Element } from '../../arrow/dtype.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import { ChunkedArray } from '../chunked-array.js';
import { ArrayCore } from '../core.js';
import { generatedBy } from '../from-function.js';
import { type CreateOptions, generated } from '../generated.js';
import { blockNode, nodeOf, type Operand, toBlock } from '../operands.js';
import { rangeNode, type SpaceOptions, spaced } from '../ranges.js';
import { checkKnown, type Shape } from '../shape.js';

export type { CreateOptions } from '../generated.js';

/** What an array like another has otherwise. */
export interface LikeOptions extends CreateOptions {
  readonly shape?: Shape;
}

const filled = (shape: Shape, value: Element, options: CreateOptions & { readonly dtype: DType }, who: string) =>
  generated(shape, options, who, (builder) => builder.constant(value, options.dtype));

function like(other: Operand, value: Element, { dtype, shape, chunks }: LikeOptions, who: string): ChunkedArray {
  const { node } = asarray(other, who);
  if (shape === undefined) checkKnown(node, who);
  const options = { dtype: dtype ?? node.dtype, chunks: chunks ?? (shape === undefined ? node.chunks : 'auto') };
  return filled(shape ?? new ChunkedArray(node).shape, value, options, who);
}

/** An array as it is, and one of anything else that is an array. */
export function asarray(value: Operand, who = 'asarray'): ChunkedArray {
  if (value instanceof ChunkedArray) return value;
  return new ChunkedArray(value instanceof ArrayCore ? value.node : nodeOf(value, who));
}

export const creation = {
  /**
   * Of anything that is an array in memory: blocks, typed arrays, nested arrays of numbers; cast to `dtype` where that is
   * told. Raises {@link InputError} for other things, for ragged arrays and for chunks that do not add up.
   *
   * @example
   * array.fromArray([[1, 2, 3], [4, 5, 6.5]], { chunks: [1, 3] }).numblocks; // [2, 1]
   */
  fromArray(values: Operand, { chunks = 'auto', dtype }: CreateOptions = {}): ChunkedArray {
    const x = new ChunkedArray(blockNode(toBlock(values, 'fromArray'), chunks));
    return dtype === undefined ? x : x.astype(dtype);
  },

  /**
   * Of what a function gives for the indices of each element, float64 unless told. Raises {@link InputError} for what is no
   * function; computing rejects where it gives something else than numbers, bigints and booleans.
   *
   * @example
   * const x = array.fromFunction((i, j) => 10 * i + j, [2, 3]);
   * (await x.compute()).toArray(); // [[0, 1, 2], [10, 11, 12]]
   */
  fromFunction: (
    fn: (...indices: number[]) => Element,
    shape: Shape,
    { dtype = 'float64', chunks = 'auto' }: CreateOptions = {},
  ): ChunkedArray => new ChunkedArray(generatedBy(fn, shape, dtype, chunks)),

  /** An array as it is, and anything else as {@link creation.fromArray} takes it. */
  asarray: (value: Operand): ChunkedArray => asarray(value),

  /** Of zeros, float64 unless told. */
  zeros: (shape: Shape, { dtype = 'float64', ...options }: CreateOptions = {}): ChunkedArray =>
    filled(shape, 0, { dtype, ...options }, 'zeros'),

  /** Of ones, float64 unless told. */
  ones: (shape: Shape, { dtype = 'float64', ...options }: CreateOptions = {}): ChunkedArray =>
    filled(shape, 1, { dtype, ...options }, 'ones'),

  /**
   * Of one value, in its own dtype unless told: int64 of a whole number, float64 of another, bool of a boolean.
   *
   * @example
   * array.full([2, 2], 7).dtype; // 'int64'
   */
  full: (shape: Shape, value: Element, { dtype = dtypeOfValue(value), ...options }: CreateOptions = {}): ChunkedArray =>
    filled(shape, value, { dtype, ...options }, 'full'),

  /** Of no value in particular, which is 0 here; float64 unless told. */
  empty: (shape: Shape, { dtype = 'float64', ...options }: CreateOptions = {}): ChunkedArray =>
    filled(shape, 0, { dtype, ...options }, 'empty'),

  /** Of zeros, with the shape, dtype and chunks of another array unless told. */
  zerosLike: (other: Operand, options: LikeOptions = {}): ChunkedArray => like(other, 0, options, 'zerosLike'),

  /** Of ones, with the shape, dtype and chunks of another array unless told. */
  onesLike: (other: Operand, options: LikeOptions = {}): ChunkedArray => like(other, 1, options, 'onesLike'),

  /** Of one value, with the shape, dtype and chunks of another array unless told. */
  fullLike: (other: Operand, value: Element, options: LikeOptions = {}): ChunkedArray =>
    like(other, value, options, 'fullLike'),

  /** As {@link creation.zerosLike}. */
  emptyLike: (other: Operand, options: LikeOptions = {}): ChunkedArray => like(other, 0, options, 'emptyLike'),

  /**
   * The numbers from 0, or `start`, to before `stop`, in steps of `step`; int64 of whole numbers, else float64. Raises
   * {@link InputError} for a step of 0 and for numbers that have no such steps.
   *
   * @example
   * (await array.arange(1, 2, 0.25).compute()).toArray(); // [1, 1.25, 1.5, 1.75]
   */
  arange(...args: readonly (number | CreateOptions)[]): ChunkedArray {
    const numbers = args.filter((arg) => typeof arg === 'number');
    const options = (args.find((arg) => typeof arg === 'object') ?? {}) as CreateOptions;
    if (numbers.length < 1 || numbers.length > 3 || numbers.length + 1 < args.length) {
      throw new InputError(
        `arange takes a stop, a start and a stop, or those and a step, got ${args.length} arguments`,
      );
    }
    const [start, stop, step = 1] = numbers.length === 1 ? [0, numbers[0]!] : (numbers as [number, number, number?]);
    checkOptionNames('arange', options, ['dtype', 'chunks']);
    return rangeNode(start, stop, step, options);
  },

  /**
   * `num` numbers from `start` to `stop` in equal steps, without `stop` itself where `endpoint` is false; float64 unless
   * told. Raises {@link InputError} for a `num` that is no integer of 0 or more.
   *
   * @example
   * (await array.linspace(0, 1, 5).compute()).toArray(); // [0, 0.25, 0.5, 0.75, 1]
   */
  linspace: (start: number, stop: number, num = 50, options: SpaceOptions = {}): ChunkedArray =>
    spaced(start, stop, num, options, 'linspace', (_, value) => value),

  /**
   * `num` numbers from `base ** start` to `base ** stop`, of equal ratios; base 10 unless told.
   *
   * @example
   * (await array.logspace(0, 3, 4, { base: 2 }).compute()).toArray(); // [1, 2, 4, 8]
   */
  logspace: (
    start: number,
    stop: number,
    num = 50,
    { base = 10, ...options }: SpaceOptions & { readonly base?: number } = {},
  ): ChunkedArray =>
    spaced(start, stop, num, options, 'logspace', (builder, value) =>
      builder.call('power', builder.constant(base, 'float64'), value),
    ),

  /**
   * `num` numbers from `start` to `stop` of equal ratios. Raises {@link InputError} for ends that are 0 or of different
   * signs.
   *
   * @example
   * (await array.geomspace(1, 1000, 4).astype('int64').compute()).toArray(); // [1n, 10n, 100n, 1000n]
   */
  geomspace(start: number, stop: number, num = 50, options: SpaceOptions = {}): ChunkedArray {
    if (typeof start !== 'number' || typeof stop !== 'number' || !(start * stop > 0)) {
      throw new InputError(
        `geomspace takes ends of one sign that are not 0, got ${describe(start)} and ${describe(stop)}`,
      );
    }
    const sign = start < 0 ? -1 : 1;
    const { endpoint = true } = options;
    const ends = [Math.log10(sign * start), Math.log10(sign * stop)] as const;
    return spaced(...ends, num, options, 'geomspace', (builder, value) => {
      const float = (x: number) => builder.constant(x, 'float64');
      const at = builder.index(0);
      const is = (place: number) => builder.call('equal', at, builder.constant(place, 'int64'));
      const power = builder.call('multiply', builder.call('power', float(10), value), float(sign));
      const inner = endpoint && num > 1 ? builder.call('where', is(num - 1), float(stop), power) : power;
      return builder.call('where', is(0), float(start), inner);
    });
  },
};
