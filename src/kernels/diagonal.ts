/** Diagonals of blocks. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { steps } from './assemble.js';

export interface Diagonal {
  readonly axes: readonly [number, number];
  /** Where it begins along both axes. */
  readonly from: readonly [number, number];
  readonly extent: number;
}

/** The block without both axes, and with what lies diagonally along them as its last one. */
export function diagonal({ axes, from, extent }: Diagonal, block: Block<DType>): Block<DType> {
  const { dtype, shape } = block;
  const all = steps(shape);
  const rest = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const outer = rest.map((axis) => shape[axis]!);
  const data = allocate(dtype, sizeOf(outer) * extent);
  const along = all[axes[0]]! + all[axes[1]]!;
  let out = 0;
  const copy = (level: number, at: number): void => {
    if (level < rest.length) {
      for (let i = 0; i < outer[level]!; i++) copy(level + 1, at + i * all[rest[level]!]!);
    } else for (let i = 0; i < extent; i++) data[out++] = block.data[at + i * along]!;
  };
  copy(0, from[0] * all[axes[0]]! + from[1] * all[axes[1]]!);
  return { dtype, shape: [...outer, extent], data };
}
