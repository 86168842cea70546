/** Regular parts of a block, and blocks with such a part replaced. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { steps as stepsOf } from './assemble.js';
import { copyStrided } from './strided.js';

/** Elements of an axis of a block: `extent` of them from `start` on, each `step` behind the one before. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly extent: number;
}

/** What a task takes of each axis of its block; null is all, however much that is. */
export interface Part {
  readonly ranges: readonly (Range | null)[];
}

const rangesOf = ({ ranges }: Part, shape: readonly number[]): Range[] =>
  ranges.map((range, axis) => range ?? { start: 0, step: 1, extent: shape[axis]! });

/** Where a part of a block begins, and its steps. */
function placed(ranges: readonly Range[], shape: readonly number[]) {
  const own = stepsOf(shape);
  return {
    start: ranges.reduce((at, { start }, axis) => at + start * own[axis]!, 0),
    steps: ranges.map(({ step }, axis) => step * own[axis]!),
  };
}

/** The part as a block of its own. */
export function slice(part: Part, block: Block<DType>): Block<DType> {
  const ranges = rangesOf(part, block.shape);
  const shape = ranges.map(({ extent }) => extent);
  const data = allocate(block.dtype, sizeOf(shape));
  const { start, steps } = placed(ranges, block.shape);
  copyStrided(data, 0, block.data, start, { extents: shape, to: stepsOf(shape), from: steps });
  return { dtype: block.dtype, shape, data };
}

/** The block with the part replaced by values of its dtype, whose axes of one element are repeated. */
export function assign(part: Part, block: Block<DType>, values: Block<DType>): Block<DType> {
  const ranges = rangesOf(part, block.shape);
  const data = allocate(block.dtype, block.data.length);
  (data as Uint8Array).set(block.data as Uint8Array);
  const { start, steps } = placed(ranges, block.shape);
  const from = stepsOf(values.shape).map((step, axis) => (values.shape[axis] === 1 ? 0 : step));
  copyStrided(data, start, values.data, 0, { extents: ranges.map(({ extent }) => extent), to: steps, from });
  return { ...block, data };
}
