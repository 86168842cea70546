/**
 * Parts of .npy files, read and written at their place. Calls are synchronous: they are made by tasks, whose thread has
 * nothing else to do, and a file in the page cache is read in less time than a promise takes.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { type DType, itemsize } from '../arrow/dtype.js';
import { decodeHalves } from '../arrow/half.js';
import { InputError, SheafError } from '../util/errors.js';
import { type Runs, runsOf } from './boxes.js';
import { formatNpyHeader, type NpyHeader, npyOffset, PREFIX_BYTES, parseNpyHeader, storedItemsize } from './npy.js';

/** An array in a file, elements in C order. */
export interface NpyArray {
  readonly path: string;
  /** Where the elements begin, in bytes. */
  readonly offset: number;
  readonly dtype: DType;
  readonly stored?: NpyHeader['stored'];
  readonly shape: readonly number[];
  /** What tells this state of the file from others: its size in bytes and its time. */
  readonly version: readonly number[];
}

export interface NpyPart {
  readonly source: NpyArray;
  readonly from: readonly number[];
  readonly extents: readonly number[];
}

/** What a file holds; of one in Fortran's order the array with its axes in reverse. Raises {@link InputError}. */
export function openNpy(path: string): { readonly array: NpyArray; readonly fortranOrder: boolean } {
  return withFile(path, 'r', (file) => {
    const prefix = new Uint8Array(PREFIX_BYTES);
    const at = npyOffset(prefix.subarray(0, readSync(file, prefix, 0, PREFIX_BYTES, 0)), path);
    const bytes = new Uint8Array(at.data - at.header);
    const length = readSync(file, bytes, 0, bytes.length, at.header);
    if (length < bytes.length) throw new InputError(`${path} ends within the header of its .npy format`);
    const header = parseNpyHeader(new TextDecoder().decode(bytes), path);
    const { size, mtimeMs } = fstatSync(file);
    const needed = at.data + sizeOf(header.shape) * storedItemsize(header, itemsize(header.dtype));
    if (size < needed) {
      throw new InputError(
        `${path} has ${size} bytes, but an array of shape [${header.shape.join(', ')}] needs ${needed}: it is cut off`,
      );
    }
    const { dtype, stored, fortranOrder } = header;
    const shape = fortranOrder ? header.shape.toReversed() : header.shape;
    return {
      array: { path, offset: at.data, dtype, ...(stored && { stored }), shape, version: [size, mtimeMs] },
      fortranOrder,
    };
  });
}

/** The block of a part of a file. */
export function readPart({ source, from, extents }: NpyPart): Block<DType> {
  const { path, offset, dtype, stored, shape } = source;
  const data = allocate(dtype, sizeOf(extents));
  const halves = stored?.endsWith('half') ? new Uint16Array(data.length) : undefined;
  const target = halves ?? data;
  const bytes = Buffer.from(target.buffer as ArrayBuffer, 0, target.byteLength);
  withFile(path, 'r', (file) => {
    readRuns(file, { path, offset, width: target.BYTES_PER_ELEMENT }, runsOf(shape, from, extents), bytes);
  });
  if (stored?.startsWith('swapped')) swap[target.BYTES_PER_ELEMENT as keyof typeof swap](bytes);
  if (halves) decodeHalves(halves, data as Float32Array);
  return { dtype, shape: extents, data };
}

const swap = {
  2: (bytes: Buffer) => bytes.swap16(),
  4: (bytes: Buffer) => bytes.swap32(),
  8: (bytes: Buffer) => bytes.swap64(),
};

/** Runs that begin in one page are read together, as the system reads no less. */
const PAGE_BYTES = 4096;
const WINDOW_BYTES = 1 << 20;

interface Layout {
  readonly path: string;
  readonly offset: number;
  /** Bytes of an element. */
  readonly width: number;
}

function readRuns(file: number, layout: Layout, { length, starts }: Runs, into: Buffer): void {
  const { path, offset, width } = layout;
  const bytes = length * width;
  const isDense = starts.length > 1 && (starts[1]! - starts[0]!) * width <= PAGE_BYTES;
  const window = isDense ? Buffer.allocUnsafe(WINDOW_BYTES) : undefined;
  for (let run = 0; run < starts.length; ) {
    const first = starts[run]! * width;
    let last = run;
    if (window) while (last + 1 < starts.length && starts[last + 1]! * width + bytes - first <= WINDOW_BYTES) last++;
    if (!window || last === run) {
      readFully(file, into.subarray(run * bytes, (run + 1) * bytes), offset + first, path);
    } else {
      readFully(file, window.subarray(0, starts[last]! * width + bytes - first), offset + first, path);
      for (let i = run; i <= last; i++) {
        const at = starts[i]! * width - first;
        window.copy(into, i * bytes, at, at + bytes);
      }
    }
    run = last + 1;
  }
}

function readFully(file: number, into: Buffer, position: number, path: string): void {
  for (let at = 0; at < into.length; ) {
    const length = readSync(file, into, at, into.length - at, position + at);
    if (length === 0)
      throw new SheafError(`${path} ended at byte ${position + at}: it has become shorter since it was opened`);
    at += length;
  }
}

/** Makes a file with room for the elements of an array, and tells where they begin. */
export function createNpy(path: string, dtype: DType, shape: readonly number[]): number {
  const header = formatNpyHeader(dtype, shape);
  withFile(path, 'w', (file) => {
    writeFully(file, header, 0);
    ftruncateSync(file, header.length + sizeOf(shape) * itemsize(dtype));
  });
  return header.length;
}

export interface NpyTarget {
  readonly path: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly from: readonly number[];
}

/** Writes a block at its place in a file that is there already. */
export function writePart({ path, offset, shape, from }: NpyTarget, block: Block<DType>): void {
  const { data } = block;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const { length, starts } = runsOf(shape, from, block.shape);
  const width = data.BYTES_PER_ELEMENT;
  withFile(path, 'r+', (file) => {
    starts.forEach((start, run) => {
      writeFully(file, bytes.subarray(run * length * width, (run + 1) * length * width), offset + start * width);
    });
  });
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function withFile<T>(path: string, flags: string, use: (file: number) => T): T {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (cause) {
    const isMissing = flags === 'r' && (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InputError(
      isMissing ? `there is no file ${path}` : `${path} could not be opened: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
