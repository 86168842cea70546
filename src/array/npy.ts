/** Arrays from .npy files and to them. */
import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createNpy, openNpy } from '../io/npy-file.js';
import { type ChunksLike, formatShape, isKnown, normalizeChunks } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeStored } from '../plan/stored.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { ArrayCore } from './core.js';
import { runOnChunks } from './effects.js';

export function npyNode(path: string, chunks: ChunksLike): Node {
  if (typeof path !== 'string') throw new InputError(`fromNpy takes the path of a .npy file, got ${describe(path)}`);
  const { array, fortranOrder } = openNpy(resolve(path)); // tasks may run in another folder
  const shape = fortranOrder ? array.shape.toReversed() : array.shape;
  const cut = normalizeChunks(chunks, shape, array.dtype);
  const origin = shape.map(() => 0);
  const params = { op: 'io/npy-file.js#readPart', source: array, label: path, isOnePiece: true, origin };
  if (!fortranOrder) return makeStored(params, array.dtype, cut);
  return makePermute(
    makeStored(params, array.dtype, cut.toReversed()),
    origin.map((_, axis) => shape.length - 1 - axis),
  );
}

/** Written beside its place, and put there when it is whole. */
export async function toNpy(array: ArrayCore, path: string): Promise<void> {
  if (typeof path !== 'string') throw new InputError(`toNpy takes the path of a .npy file, got ${describe(path)}`);
  const { dtype, shape, chunks } = array;
  if (!isKnown(chunks))
    throw new InputError(`toNpy takes an array of known shape, got ${formatShape(shape)}: use computeChunkSizes first`);
  if (!existsSync(dirname(path)))
    throw new InputError(`${path} cannot be written: there is no folder ${dirname(path)}`);
  const unfinished = `${resolve(path)}.${randomUUID().slice(0, 8)}.part`;
  try {
    const offset = createNpy(unfinished, dtype, shape);
    await runOnChunks(array, {
      op: 'io/npy-file.js#writePart',
      paramsAt: ({ location }) => ({ path: unfinished, offset, shape, from: location.map(([start]) => start) }),
    });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
