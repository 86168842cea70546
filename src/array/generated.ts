/** Arrays whose elements follow from where they are. */
import { checkDType, type DType } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { type ChunksLike, normalizeChunks } from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import { ChunkedArray } from './chunked-array.js';
import { checkShape, type Shape } from './shape.js';

export interface CreateOptions {
  readonly dtype?: DType;
  /** How it is cut, 'auto' unless told. */
  readonly chunks?: ChunksLike;
}

/** An array of what `build` makes of places. */
export function generated(
  shape: Shape,
  { dtype, chunks = 'auto' }: { readonly dtype: DType; readonly chunks?: ChunksLike | undefined },
  who: string,
  build: (builder: ProgramBuilder) => number,
): ChunkedArray {
  const builder = new ProgramBuilder();
  const to = checkDType(dtype);
  const program = builder.build(builder.cast(build(builder), to), []);
  const cut = normalizeChunks(chunks, checkShape(shape, who), to);
  return new ChunkedArray(makeElementwise({ program, axes: [] }, [], cut));
}
