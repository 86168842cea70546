/**
 * A value as an Arrow IPC file, and back into shared memory. A block or a table becomes its own columns; anything else
 * that structured clone knows becomes rows of bytes: a header in V8's format, then its buffers. Everything is written
 * from where it lies. Where in the file the buffers are is remembered, so that reading them back takes no Arrow at all.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { allocate, type Block, isBlock } from '../arrow/block.js';
import { isTable } from '../arrow/convert.js';
import type { DType } from '../arrow/dtype.js';
import { piecesOfBlock, piecesOfBuffers, piecesOfTable, tableOfFile } from '../arrow/ipc-file.js';
import { SheafError } from '../util/errors.js';
import { Deserializer, Serializer } from '../util/serializer.js';
import { UnspillableError } from './store.js';

/** Where in a file some bytes are. */
interface Region {
  readonly at: number;
  readonly bytes: number;
}

type Layout =
  | { readonly kind: 'block'; readonly dtype: DType; readonly shape: readonly number[]; readonly data: Region }
  | { readonly kind: 'table' }
  | { readonly kind: 'value'; readonly header: Region; readonly buffers: readonly Region[] };

/** A value on disk. */
export interface SpillFile {
  readonly path: string;
  readonly bytes: number;
  readonly layout: Layout;
}

/**
 * Writes `value`, which must not change meanwhile, to a new file. Raises {@link UnspillableError} for one that cannot be
 * written, and what the file system raises; nothing is left behind then.
 */
export async function writeSpillFile(path: string, value: unknown): Promise<SpillFile> {
  const { pieces, layout } = await piecesOf(value).catch((cause: Error) => {
    throw new UnspillableError(`the value cannot be written to a file: ${cause.message}`, { cause });
  });
  const handle = await open(path, 'wx', 0o600);
  try {
    await writePieces(handle, pieces);
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(path, { force: true });
    throw error;
  }
  return { path, bytes: sumOf(pieces), layout };
}

/** The value again, its arrays in shared memory. Raises {@link SheafError} where the file is not as it was written. */
export async function readSpillFile({ path, bytes, layout }: SpillFile): Promise<unknown> {
  const handle = await open(path);
  try {
    if (layout.kind === 'block') return await readBlock(handle, layout);
    if (layout.kind === 'value') return await readValue(handle, layout);
    const file = new Uint8Array(new SharedArrayBuffer(bytes));
    await readInto(handle, file, 0);
    return await tableOfFile(file);
  } finally {
    await handle.close();
  }
}

async function piecesOf(value: unknown): Promise<{ pieces: Uint8Array[]; layout: Layout }> {
  if (isBlock(value)) {
    const pieces = await piecesOfBlock(value);
    const [data] = regionsOf(pieces, [bytesOf(value.data)]);
    return { pieces, layout: { kind: 'block', dtype: value.dtype, shape: value.shape, data: data! } };
  }
  if (isTable(value)) return { pieces: await piecesOfTable(value), layout: { kind: 'table' } };
  checkPlain(value);
  const serializer = new Serializer();
  serializer.writeValue(value);
  const encoded = serializer.finish();
  const rows = [encoded.header, ...encoded.buffers];
  const pieces = await piecesOfBuffers('structured-clone', rows);
  const [header, ...buffers] = regionsOf(pieces, rows);
  return { pieces, layout: { kind: 'value', header: header!, buffers } };
}

/** Where these buffers are in the file, among whose pieces they are in this order. */
function regionsOf(pieces: readonly Uint8Array[], buffers: readonly Uint8Array[]): Region[] {
  let index = 0;
  let at = 0;
  return buffers.map((wanted) => {
    if (wanted.length === 0) return { at: 0, bytes: 0 };
    for (let piece = pieces[index++]; piece; piece = pieces[index++]) {
      const here = at;
      at += piece.length;
      if (piece.buffer !== wanted.buffer || piece.byteOffset !== wanted.byteOffset) continue;
      if (piece.length === wanted.length) return { at: here, bytes: piece.length };
    }
    throw new SheafError(`a buffer of ${wanted.length} bytes is not in the file as it is`);
  });
}

async function readBlock(
  handle: FileHandle,
  { dtype, shape, data }: Layout & { kind: 'block' },
): Promise<Block<DType>> {
  const array = allocate(dtype, data.bytes / allocate(dtype, 0).BYTES_PER_ELEMENT);
  await readInto(handle, bytesOf(array), data.at);
  return { dtype, shape, data: array };
}

async function readValue(handle: FileHandle, { header, buffers }: Layout & { kind: 'value' }): Promise<unknown> {
  const read: SharedArrayBuffer[] = [];
  for (const region of buffers) {
    const buffer = new SharedArrayBuffer(region.bytes);
    await readInto(handle, new Uint8Array(buffer), region.at);
    read.push(buffer);
  }
  const head = new Uint8Array(header.bytes);
  await readInto(handle, head, header.at);
  const deserializer = new Deserializer(head, read);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** One call of the system moves so much at most: other files get their turn among the few threads for I/O. */
const CALL_BYTES = 16 << 20;
const CALL_PIECES = 512;

async function writePieces(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let group: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += CALL_BYTES) {
      const part = piece.subarray(start, start + CALL_BYTES);
      if (bytes + part.length > CALL_BYTES || group.length === CALL_PIECES) {
        await writeAll(handle, group);
        group = [];
        bytes = 0;
      }
      group.push(part);
      bytes += part.length;
    }
  }
  await writeAll(handle, group);
}

/** The system may write less than it was given: the error, such as a full disk, comes with the next attempt. */
async function writeAll(handle: FileHandle, group: readonly Uint8Array[]): Promise<void> {
  let rest = group;
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    rest = rest.flatMap((part) => {
      const done = Math.min(bytesWritten, part.length);
      bytesWritten -= done;
      return done === part.length ? [] : [part.subarray(done)];
    });
  }
}

async function readInto(handle: FileHandle, target: Uint8Array, at: number): Promise<void> {
  for (let start = 0; start < target.length; ) {
    const length = Math.min(CALL_BYTES, target.length - start);
    const { bytesRead } = await handle.read(target, start, length, at + start);
    if (bytesRead === 0) throw new SheafError(`a spill file ended ${target.length - start} bytes too early`);
    start += bytesRead;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const sumOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

const plainPrototypes: ReadonlySet<unknown> = new Set([
  ...[null, Object.prototype, Array.prototype, Map.prototype, Set.prototype, Date.prototype, RegExp.prototype],
  ...[ArrayBuffer.prototype, Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype],
]);

/** Raises {@link SheafError} for an object with a class of its own, which structured clone would take away from it. */
function checkPlain(value: unknown): void {
  const seen = new Set<unknown>();
  const pending = [value];
  while (pending.length > 0) {
    const part = pending.pop();
    if (typeof part !== 'object' || part === null || seen.has(part) || ArrayBuffer.isView(part)) continue;
    seen.add(part);
    if (!plainPrototypes.has(Object.getPrototypeOf(part)) && !(part instanceof Error)) {
      throw new SheafError(`it has an object of class ${part.constructor?.name}`);
    }
    if (part instanceof Map) for (const [key, item] of part) pending.push(key, item);
    else if (part instanceof Set) for (const item of part) pending.push(item);
    else for (const name of Object.keys(part)) pending.push((part as Record<string, unknown>)[name]);
  }
}
