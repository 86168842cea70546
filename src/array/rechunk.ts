/** From what users say of new chunks to the node of them. */
import { type ChunksLike, isKnown, normalizeChunks, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { InputError } from '../util/errors.js';
import { isPlainObject } from '../util/options.js';
import { checkAxis } from './axes.js';

/** Chunks for all axes, or by the numbers of some. */
export type RechunkLike = ChunksLike | Readonly<Record<number, number | 'auto' | readonly number[]>>;

export interface RechunkOptions {
  /** The bytes that a chunk has at most where an axis is cut automatically, 64 MiB unless told. */
  readonly blockSizeBytes?: number;
}

export function rechunkTo(input: Node, chunks: RechunkLike, { blockSizeBytes }: RechunkOptions): Node {
  if (blockSizeBytes !== undefined && !(blockSizeBytes > 0)) {
    throw new InputError(`rechunk: blockSizeBytes is ${blockSizeBytes}: give a positive number of bytes`);
  }
  const shape = shapeOf(input.chunks);
  const asked = isPlainObject(chunks) ? byAxis(input, chunks) : (chunks as ChunksLike);
  return makeRechunk(input, normalizeChunks(withUnknown(input, asked), shape, input.dtype, blockSizeBytes));
}

function byAxis(input: Node, chunks: object): ChunksLike {
  const all: (number | 'auto' | readonly number[])[] = [...input.chunks];
  for (const [axis, cut] of Object.entries(chunks)) all[checkAxis(Number(axis), all.length, 'rechunk')] = cut;
  return all;
}

/** Axes whose extents only computing tells keep their chunks where one says 'auto' of all. */
function withUnknown({ chunks }: Node, asked: ChunksLike): ChunksLike {
  if (asked !== 'auto' || isKnown(chunks)) return asked;
  return chunks.map((extents) => (isKnown([extents]) ? 'auto' : extents));
}
