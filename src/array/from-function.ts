/** Arrays whose elements a function of the user's makes of their indices. */
import { checkDType, type DType } from '../arrow/dtype.js';
import { sendable } from '../delayed/send.js';
import { ProgramBuilder } from '../expr/program.js';
import type { Task } from '../graph/task.js';
import { type Chunks, type ChunksLike, chunkShape, gridOf, normalizeChunks, places, startsOf } from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makeSource } from '../plan/source.js';
import type { Payload } from '../shipping/payload.js';
import type { Shipped } from '../shipping/ship.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import type { Generation } from './function-ops.js';
import { addLambda, NotScalar } from './lambda.js';
import { checkShape, type Shape } from './shape.js';

/** A program where the function can be read as one; else tasks call it for each element. */
export function generatedBy(fn: unknown, asked: Shape, dtype: DType, chunks: ChunksLike): Node {
  if (typeof fn !== 'function') throw new InputError(`fromFunction takes a function of indices, got ${describe(fn)}`);
  const shape = checkShape(asked, 'fromFunction');
  const cut = normalizeChunks(chunks, shape, checkDType(dtype));
  const shipped = sendable(fn);
  try {
    const builder = new ProgramBuilder();
    const indices = shape.map((_, axis) => builder.cast(builder.index(axis), 'float64'));
    const value = builder.cast(addLambda(builder, shipped.payload as Payload, indices), dtype);
    return makeElementwise({ program: builder.build(value, []), axes: [] }, [], cut);
  } catch (error) {
    if (!(error instanceof NotScalar)) throw error;
    return calledNode(shipped, dtype, cut);
  }
}

function calledNode({ hash, payload }: Shipped, dtype: DType, cut: Chunks): Node {
  const token = contentHash(['fromFunction', hash, dtype, cut]);
  const starts = cut.map(startsOf);
  const tasks = [...places(gridOf(cut))].map((place): Task => {
    const origin = place.map((at, axis) => starts[axis]![at]!);
    const params: Generation = { dtype, shape: chunkShape(cut, place), origin, fns: { fn: hash } };
    const key = `fromFunction-${token}${place.map((at) => `-${at}`).join('')}`;
    return { key, op: 'array/function-ops.js#generate', params, deps: [], code: [hash] };
  });
  const keys = tasks.map(({ key }) => key);
  const part = { inputs: [], layers: [{ kind: 'tasks', tasks }] as const, code: { [hash]: payload } };
  return makeSource(keys, part, dtype, cut, 'fromFunction');
}
