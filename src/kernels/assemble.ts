/** Parts of blocks put together into one. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { copyRun, wordsOf, wordsPer } from './words.js';

/** A box of elements of a block and where in the new one it goes. */
export interface Piece {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** NaN for that of the block. */
  readonly extents: readonly number[];
}

export interface Assembly {
  readonly dtype: DType;
  /** NaN where only the blocks tell. */
  readonly shape: readonly number[];
  /** One for each block. */
  readonly pieces: readonly Piece[];
}

/** The block of that shape made of pieces of others, which cover it. */
export function assemble({ dtype, shape: told, pieces }: Assembly, ...blocks: Block<DType>[]): Block<DType> {
  const [first] = blocks as [Block<DType>];
  const shape = known(told, first);
  const isWhole = blocks.length === 1 && shape.every((extent, axis) => extent === first.shape[axis]);
  if (isWhole) return first;
  const data = allocate(dtype, sizeOf(shape));
  const target = { dtype, shape, data };
  for (const [i, block] of blocks.entries()) {
    const { from, to, extents } = pieces[i]!;
    copyBox(target, block, { from, to, extents: known(extents, block) });
  }
  return target;
}

const known = (extents: readonly number[], { shape }: Block<DType>): number[] =>
  extents.map((extent, axis) => (Number.isNaN(extent) ? shape[axis]! : extent));

/** The block of all blocks of a grid, in C order: their extents tell where each goes. */
export function join({ grid }: { readonly grid: readonly number[] }, ...blocks: Block<DType>[]): Block<DType> {
  const [first] = blocks as [Block<DType>];
  if (blocks.length === 1) return first;
  // The blocks along each axis, as they lie at the beginning of the others.
  let step = blocks.length;
  const starts = grid.map((count, axis) => {
    step /= count;
    let at = 0;
    return Array.from({ length: count + 1 }, (_, i) => {
      const start = at;
      at += blocks[i * step]?.shape[axis] ?? 0;
      return start;
    });
  });
  const pieces = blocks.map((block, i): Piece => {
    let rest = i;
    const place = new Array<number>(grid.length);
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      place[axis] = rest % grid[axis]!;
      rest = Math.floor(rest / grid[axis]!);
    }
    return {
      from: place.map(() => 0),
      to: place.map((at, axis) => starts[axis]![at]!),
      extents: block.shape,
    };
  });
  const shape = starts.map((all) => all.at(-1)!);
  return assemble({ dtype: first.dtype, shape, pieces }, ...blocks);
}

/** Copies a box, in runs as long as both blocks have in one. */
export function copyBox(target: Block<DType>, block: Block<DType>, { from, to, extents }: Piece): void {
  if (extents.includes(0)) return;
  const ndim = extents.length;
  // The axes behind `outer` are whole in both, so that a run goes over them.
  let outer = ndim - 1;
  while (outer > 0 && extents[outer] === block.shape[outer] && extents[outer] === target.shape[outer]) outer--;
  const size = wordsPer(block.data);
  const stepsIn = steps(block.shape, size);
  const stepsOut = steps(target.shape, size);
  const run = ndim === 0 ? size : extents[outer]! * stepsIn[outer]!;
  const source = wordsOf(block.data);
  const data = wordsOf(target.data);
  const copy = (axis: number, at: number, out: number): void => {
    if (axis >= outer) {
      copyRun(data, out, source, at, run);
      return;
    }
    for (let i = 0; i < extents[axis]!; i++) copy(axis + 1, at + i * stepsIn[axis]!, out + i * stepsOut[axis]!);
  };
  copy(0, dot(from, stepsIn), dot(to, stepsOut));
}

/** The steps of every axis, those of one element too, where an element has that size. */
export function steps(shape: readonly number[], size = 1): number[] {
  const all = new Array<number>(shape.length);
  let step = size;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    all[axis] = step;
    step *= shape[axis]!;
  }
  return all;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
