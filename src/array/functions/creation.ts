/** What makes arrays of numbers that follow from where they are, or that are in memory. */
import { checkDType, type DType, type Element } from '../../arrow/dtype.js';
import { ProgramBuilder } from '../../expr/program.js';
import { type ChunksLike, normalizeChunks } from '../../plan/chunks.js';
import { makeElementwise } from '../../plan/elementwise.js';
import { ChunkedArray } from '../chunked-array.js';
import { blockNode, type Operand, toBlock } from '../operands.js';
import { checkShape, type Shape } from '../shapes.js';

export interface CreateOptions {
  readonly dtype?: DType;
  /** How it is cut, 'auto' unless told. */
  readonly chunks?: ChunksLike;
}

/** An array whose elements follow from where they are. */
function generated(
  shape: Shape,
  { dtype, chunks = 'auto' }: { readonly dtype: DType; readonly chunks?: ChunksLike },
  who: string,
  build: (builder: ProgramBuilder) => number,
): ChunkedArray {
  const builder = new ProgramBuilder();
  const program = builder.build(builder.cast(build(builder), checkDType(dtype)), []);
  const cut = normalizeChunks(chunks, checkShape(shape, who), dtype);
  return new ChunkedArray(makeElementwise({ program, axes: [] }, [], cut));
}

const full = (shape: Shape, value: Element, options: CreateOptions & { readonly dtype: DType }, who: string) =>
  generated(shape, options, who, (builder) => builder.constant(value, options.dtype));

export const creation = {
  /** Of anything that is an array in memory: blocks, typed arrays, nested arrays of numbers. */
  fromArray: (values: Operand, { chunks = 'auto' }: { readonly chunks?: ChunksLike } = {}): ChunkedArray =>
    new ChunkedArray(blockNode(toBlock(values, 'fromArray'), chunks)),

  /** Of zeros, float64 unless told. */
  zeros: (shape: Shape, { dtype = 'float64', ...options }: CreateOptions = {}): ChunkedArray =>
    full(shape, 0, { dtype, ...options }, 'zeros'),

  /** Of ones, float64 unless told. */
  ones: (shape: Shape, { dtype = 'float64', ...options }: CreateOptions = {}): ChunkedArray =>
    full(shape, 1, { dtype, ...options }, 'ones'),

  /** The numbers from 0, or `start`, to before `stop`, in steps of `step`; int64 of whole numbers, else float64. */
  arange(...args: readonly (number | CreateOptions)[]): ChunkedArray {
    const numbers = args.filter((arg) => typeof arg === 'number');
    const { dtype, ...options } = (args.find((arg) => typeof arg === 'object') ?? {}) as CreateOptions;
    const [start, stop, step] =
      numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1];
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const isWhole = Number.isInteger(start) && Number.isInteger(step);
    const to = dtype ?? (isWhole ? 'int64' : 'float64');
    return generated(length, { ...options, dtype: to }, 'arange', (builder) => {
      const between = isWhole ? 'int64' : 'float64';
      const at = builder.cast(builder.index(0), between);
      const walked = builder.call('multiply', at, builder.constant(step, between));
      return builder.call('add', walked, builder.constant(start, between));
    });
  },
};
