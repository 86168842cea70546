/** Blocks with what surrounds them, put together from boxes of others that may lie mirrored or repeated. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { copyBox } from './assemble.js';

/** A box of elements: along each axis `extents` of them, from `from` on in steps of 1, -1 (mirrored) or 0 (repeated). */
export interface HaloPiece {
  /** Which of the blocks it is of. */
  readonly block: number;
  readonly from: readonly number[];
  readonly steps: readonly number[];
  readonly to: readonly number[];
  readonly extents: readonly number[];
}

/** A box of one value. */
export interface HaloFill {
  readonly value: number | bigint;
  readonly to: readonly number[];
  readonly extents: readonly number[];
}

export interface Halo {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** These boxes cover the block. */
  readonly pieces: readonly HaloPiece[];
  readonly fills: readonly HaloFill[];
}

export function halo({ dtype, shape, pieces, fills }: Halo, ...blocks: Block<DType>[]): Block<DType> {
  const target = { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
  for (const piece of pieces) {
    if (piece.steps.every((step) => step === 1)) copyBox(target, blocks[piece.block]!, piece);
    else copySteps(target, blocks[piece.block]!, piece);
  }
  for (const fill of fills) fillBox(target, fill);
  return target;
}

function copySteps(target: Block<DType>, source: Block<DType>, { from, steps, to, extents }: HaloPiece): void {
  const [stridesOut, stridesIn] = [strides(target.shape), strides(source.shape)];
  const [out, data] = [target.data as Uint8Array, source.data as Uint8Array];
  const last = extents.length - 1;
  const copy = (axis: number, at: number, place: number): void => {
    const step = steps[axis]! * stridesIn[axis]!;
    const count = extents[axis]!;
    if (axis < last) {
      for (let i = 0; i < count; i++) copy(axis + 1, at + i * step, place + i * stridesOut[axis]!);
    } else if (step === 1) out.set(data.subarray(at, at + count), place);
    else for (let i = 0; i < count; i++) out[place + i] = data[at + i * step]!;
  };
  copy(0, dot(from, stridesIn), dot(to, stridesOut));
}

function fillBox(target: Block<DType>, { value, to, extents }: HaloFill): void {
  const stridesOut = strides(target.shape);
  const last = extents.length - 1;
  const fill = (axis: number, place: number): void => {
    if (axis === last) target.data.fill(value as never, place, place + extents[axis]!);
    else for (let i = 0; i < extents[axis]!; i++) fill(axis + 1, place + i * stridesOut[axis]!);
  };
  fill(0, dot(to, stridesOut));
}

function strides(shape: readonly number[]): number[] {
  const all = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    all[axis] = step;
    step *= shape[axis]!;
  }
  return all;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
