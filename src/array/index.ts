export type { Block } from '../arrow/block.js';
export type { DType, DTypeArray, Element } from '../arrow/dtype.js';
export type { Chunks, ChunksLike } from '../plan/chunks.js';
export { ChunkedArray } from './chunked-array.js';
export type { CreateOptions } from './functions/creation.js';
export { array } from './namespace.js';
export { NDArray, type Nested } from './ndarray.js';
export type { Operand } from './operands.js';
export type { Axis, ReduceOptions } from './reduce.js';
