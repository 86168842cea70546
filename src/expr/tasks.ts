/** The operations of tasks that evaluate programs over blocks. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { InvariantError } from '../util/errors.js';
import { stridesOf } from './layout.js';
import { type Program, resultOf } from './program.js';
import { run } from './run.js';

export type AnyBlock = Block<DType>;

/** A program and how its inputs lie in what it walks over. */
export interface Walk {
  readonly program: Program;
  /** For each input, the axis of the walk that each of its own axes is, or -1 for none; extents of one are repeated. */
  readonly axes: readonly (readonly number[])[];
  /** How many axes the walk has. */
  readonly ndim: number;
  /** The extents, where no input has them. */
  readonly shape?: readonly number[];
  /** Where the block begins in the whole array, for programs that ask. */
  readonly origin?: readonly number[];
}

/** The extents of a walk over blocks. */
export function extentsOf({ axes, ndim, shape }: Walk, blocks: readonly AnyBlock[]): number[] {
  const extents: number[] = shape ? [...shape] : new Array<number>(ndim).fill(1);
  blocks.forEach((block, i) => {
    block.shape.forEach((extent, axis) => {
      const at = axes[i]![axis]!;
      if (at < 0) return;
      if (extent === extents[at] || extent === 1) return;
      if (extents[at] !== 1) {
        throw new InvariantError(`blocks do not fit: axis ${at} has ${extents[at]} elements here and ${extent} there`);
      }
      extents[at] = extent;
    });
  });
  return extents;
}

/** The steps of a block along the axes of the walk. */
export function stepsOf(block: AnyBlock, axes: readonly number[], ndim: number): number[] {
  const steps = new Array<number>(ndim).fill(0);
  stridesOf(block.shape).forEach((step, axis) => {
    if (axes[axis]! >= 0) steps[axes[axis]!] = step;
  });
  return steps;
}

/** A block of the program's results. */
export function map(walk: Walk, ...blocks: AnyBlock[]): AnyBlock {
  const { program, axes, ndim, origin } = walk;
  const extents = extentsOf(walk, blocks);
  const dtype = resultOf(program);
  const data = allocate(dtype, sizeOf(extents));
  const inputs = blocks.map((block, i) => stepsOf(block, axes[i]!, ndim));
  run(
    program,
    { extents, strides: [stridesOf(extents), ...inputs] },
    data,
    blocks.map((block) => block.data),
    { ...(origin && { origin }) },
  );
  return { dtype, shape: extents, data };
}
