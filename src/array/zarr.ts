/** Arrays from Zarr stores and to them. */
import { resolve } from 'node:path';
import { type Compressor, compressorNames, createZarr, openZarr } from '../io/zarr.js';
import { type ChunksLike, formatShape, isKnown, normalizeChunks } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeStored } from '../plan/stored.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { ArrayCore } from './core.js';
import { runOnChunks } from './effects.js';

export async function zarrNode(path: string, chunks?: ChunksLike): Promise<Node> {
  if (typeof path !== 'string')
    throw new InputError(`fromZarr takes the folder of a Zarr array, got ${describe(path)}`);
  const { source, shape, chunkShape } = await openZarr(resolve(path));
  const stored = chunkShape.map((extent) => Math.max(1, extent));
  const cut = normalizeChunks(chunks ?? stored, shape, source.dtype);
  const params = { op: 'array/zarr-ops.js#read', source, label: path, isOnePiece: false, origin: shape.map(() => 0) };
  return makeStored(params, source.dtype, cut);
}

export interface ToZarrOptions {
  /** Of the store; those of the array unless told, all but the last as large as the largest. */
  readonly chunks?: ChunksLike;
  readonly zarrFormat?: 2 | 3;
  /** What stored chunks are compressed by, `null` (default) for nothing. */
  readonly compressor?: Compressor | null;
  /** Whether an array that is there is replaced (default false). */
  readonly overwrite?: boolean;
}

export async function toZarr(array: ArrayCore, path: string, options: ToZarrOptions = {}): Promise<void> {
  checkOptionNames('toZarr', options, ['chunks', 'zarrFormat', 'compressor', 'overwrite']);
  const { chunks, zarrFormat = 3, compressor = null, overwrite = false } = options;
  const { dtype, shape } = array;
  if (typeof path !== 'string') throw new InputError(`toZarr takes a folder, got ${describe(path)}`);
  if (zarrFormat !== 2 && zarrFormat !== 3) throw new InputError(`zarrFormat is 2 or 3, got ${describe(zarrFormat)}`);
  if (compressor !== null && !compressorNames.includes(compressor)) {
    throw new InputError(
      `there is no compressor ${describe(compressor)}; there are ${compressorNames.join(', ')}, and null for none`,
    );
  }
  if (!isKnown(array.chunks))
    throw new InputError(
      `toZarr takes an array of known shape, got ${formatShape(shape)}: use computeChunkSizes first`,
    );
  // Stored chunks are of one size, and a task writes whole ones.
  const told = normalizeChunks(chunks ?? array.chunks, shape, dtype);
  const chunkShape = told.map((extents) => Math.max(1, ...extents));
  const cut = new ArrayCore(makeRechunk(array.node, normalizeChunks(chunkShape, shape, dtype)));
  const folder = resolve(path);
  createZarr(folder, { dtype, shape, chunkShape, zarrFormat, compressor }, overwrite);
  await runOnChunks(cut, {
    op: 'array/zarr-ops.js#write',
    paramsAt: ({ location }) => ({ path: folder, from: location.map(([start]) => start) }),
  });
}
