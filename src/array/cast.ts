import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { map } from '../expr/tasks.js';

/** The block in another dtype, as `astype`. */
export function cast(block: Block<DType>, dtype: DType): Block<DType> {
  const builder = new ProgramBuilder();
  const program = builder.build(builder.cast(builder.input(0, block.dtype), dtype));
  const ndim = block.shape.length;
  return map({ program, axes: [block.shape.map((_, axis) => axis)], ndim, shape: block.shape }, block);
}
