/** The operations of tasks of running sums and products. */
import { sizeOf } from '../arrow/block.js';
import { type DType, isFloat } from '../arrow/dtype.js';
import { scanFloats, scanIntegers } from '../kernels/scan.js';
import { fold, foldRow } from './fold.js';
import { ProgramBuilder } from './program.js';
import { type AnyBlock, map, type Walk } from './tasks.js';

export interface ScanParams {
  readonly reducer: 'sum' | 'prod';
  readonly axis: number;
  readonly dtype: DType;
  /** Accumulators are of a wider dtype. */
  readonly wide: 'float64' | 'int64' | 'uint64';
}

export interface ScanWalk extends Walk {
  readonly scan: ScanParams;
  /** How many of the blocks the walk has; one more is what came before, if there is one. */
  readonly inputs: number;
}

/** The running results of a chunk, which go on from those before it. */
export function scan({ scan: params, inputs, ...walk }: ScanWalk, ...blocks: AnyBlock[]): AnyBlock {
  const { reducer, axis, dtype, wide } = params;
  // Floats go on in their own dtype, stored after every step; integers in 64 bits, and are cut down at last.
  const between = isFloat(dtype) ? dtype : wide;
  const values = map(walkTo(walk, between), ...blocks.slice(0, inputs));
  const { shape, data } = values;
  const before = blocks[inputs];
  const extents = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))] as const;
  const cells = extents[0] * extents[2];
  const isProduct = reducer === 'prod';
  if (isFloat(dtype)) {
    const carry = new Float64Array(cells).fill(isProduct ? 1 : 0);
    if (before) carry.set(before.data as Float64Array);
    scanFloats(isProduct, data as Float64Array, extents, carry);
  } else {
    const carry = new BigInt64Array(cells).fill(isProduct ? 1n : 0n);
    if (before) carry.set(before.data as BigInt64Array);
    scanIntegers(isProduct, data as BigInt64Array, extents, carry);
  }
  if (between === dtype) return values;
  const builder = new ProgramBuilder();
  const program = builder.build(builder.cast(builder.input(0, between), dtype));
  return map({ program, axes: [shape.map((_, i) => i)], ndim: shape.length }, values);
}

/** The accumulators of a chunk. */
export const total = (
  { scan: { reducer, axis, wide }, ...walk }: Omit<ScanWalk, 'inputs'>,
  ...blocks: AnyBlock[]
): AnyBlock => fold(walkTo(walk, wide), reducer, [axis], blocks);

/** The accumulators of two parts that follow one another. */
export const carry = ({ reducer }: Pick<ScanParams, 'reducer'>, ...blocks: AnyBlock[]): AnyBlock =>
  foldRow.combine(
    { reducer },
    blocks.map((block) => ({ block, count: 0 })),
  ).block;

function walkTo(walk: Walk, dtype: DType): Walk {
  const builder = new ProgramBuilder();
  const inputs = walk.program.inputs.map((own, i) => builder.input(i, own));
  const program = builder.build(builder.cast(builder.include(walk.program, inputs), dtype), walk.program.inputs);
  return { ...walk, program };
}
