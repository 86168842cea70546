/**
 * Lines of text files. A file is cut at byte offsets; a line belongs to the range that its first byte is in, so each is
 * in exactly one, whatever the cuts hit.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import { describe } from '../util/describe.js';
import { InputError, SheafError } from '../util/errors.js';

export interface TextRange {
  readonly path: string;
  readonly version: readonly number[];
  /** In bytes; the whole file where they are absent. */
  readonly range?: { readonly from: number; readonly to: number };
  /** What ends a line; `null` for `\n`, with `\r\n` read as `\n`. */
  readonly delimiter: string | null;
  readonly encoding: string;
  readonly gzip: boolean;
  /** Gives pairs of line and path. */
  readonly includePath: boolean;
}

const CHUNK_BYTES = 1 << 20;

/** How delimiters look in bytes: of these encodings each character is told at its place, without what stands before it. */
const delimiterEncodings: readonly { readonly names: RegExp; readonly as: BufferEncoding; readonly unit: number }[] = [
  { names: /^utf-?8$/i, as: 'utf8', unit: 1 },
  { names: /^(ascii|us-ascii|latin-?1|iso-8859-\d+|windows-125\d)$/i, as: 'latin1', unit: 1 },
  { names: /^utf-?16(le)?$/i, as: 'utf16le', unit: 2 },
];
const cuttingOf = (encoding: string) => delimiterEncodings.find(({ names }) => names.test(encoding));

/** Ranges of about `blocksize` bytes that cover a file; raises {@link InputError} for encodings that cannot be cut. */
export function rangesOf(nbytes: number, blocksize: number, encoding: string): { from: number; to: number }[] {
  const cutting = cuttingOf(encoding);
  if (!cutting) {
    throw new InputError(`a file in ${encoding} cannot be read in blocks: a character is told by those before it only`);
  }
  const count = Math.max(1, Math.ceil(nbytes / blocksize));
  const step = Math.ceil(nbytes / count / cutting.unit) * cutting.unit;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, nbytes));
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? nbytes }));
}

/** Raises {@link InputError} for an encoding that is not known here. */
export function checkEncoding(encoding: string): void {
  try {
    new TextDecoder(encoding);
  } catch {
    throw new InputError(`there is no encoding ${describe(encoding)}: utf-8, latin1 and utf-16le are common ones`);
  }
}

/** The lines that begin in a range, each with the end that it has in the file. */
export async function readLines(text: TextRange): Promise<(string | [line: string, path: string])[]> {
  try {
    const lines = await (text.gzip ? gunzippedLines(text) : plainLines(text));
    return text.includePath ? lines.map((line): [string, string] => [line, text.path]) : lines;
  } catch (cause) {
    const { message, name } = cause as Error;
    const isEncoding = name === 'TypeError';
    const why = isEncoding ? `it is no valid ${text.encoding}: give its encoding` : message;
    throw new SheafError(`${text.path} could not be read: ${why}`, { cause });
  }
}

function gunzippedLines(text: TextRange): Promise<string[]> {
  return pipeline(createReadStream(text.path), createGunzip(), (chunks: AsyncIterable<Uint8Array>) =>
    splitLines(chunks, text, true),
  );
}

async function plainLines(text: TextRange): Promise<string[]> {
  const file = await open(text.path);
  try {
    const { size } = await file.stat();
    const { from, to } = text.range ?? { from: 0, to: size };
    const start = await lineStart(file, from, size, text);
    const end = await lineStart(file, to, size, text);
    return await splitLines(bytesOf(file, start, end), text, start === 0);
  } finally {
    await file.close();
  }
}

async function* bytesOf(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, to - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Where the first line begins that does so at `offset` or after it. */
async function lineStart(file: FileHandle, offset: number, size: number, text: TextRange): Promise<number> {
  if (offset === 0 || offset >= size) return Math.min(offset, size);
  const { as, unit } = cuttingOf(text.encoding)!;
  const delimiter = Buffer.from(text.delimiter ?? '\n', as);
  // A line that begins at `offset` stands right behind a delimiter.
  let at = await betweenDelimiters(file, offset - delimiter.length, delimiter, unit);
  let rest = Buffer.alloc(0);
  for await (const chunk of bytesOf(file, at, size)) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let found = find(bytes, delimiter, unit, 0); found >= 0; found = find(bytes, delimiter, unit, from)) {
      from = found + delimiter.length;
      if (at + from >= offset) return at + from;
    }
    const searched = Math.floor((bytes.length - delimiter.length + unit) / unit) * unit;
    const done = Math.max(from, searched);
    rest = bytes.subarray(done);
    at += done;
  }
  return size;
}

/** Where a delimiter begins at a whole character, -1 for nowhere. */
function find(bytes: Buffer, delimiter: Buffer, unit: number, from: number): number {
  let found = bytes.indexOf(delimiter, from);
  while (found >= 0 && found % unit !== 0) found = bytes.indexOf(delimiter, found + 1);
  return found;
}

/**
 * The last place up to `offset` that is inside of no delimiter, wherever one may begin: from there on, delimiters are
 * found as from the beginning of the file. In `a----b` that tells which two dashes belong together.
 */
async function betweenDelimiters(file: FileHandle, offset: number, delimiter: Buffer, unit: number): Promise<number> {
  const { length } = delimiter;
  for (let window = 4096; ; window *= 2) {
    const from = Math.max(0, offset - window);
    const pieces: Uint8Array[] = [];
    for await (const piece of bytesOf(file, from, offset + length)) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const isDelimiter = (place: number) => place >= 0 && bytes.subarray(place, place + length).equals(delimiter);
    for (let place = offset - from; place >= length || (from === 0 && place > 0); place -= unit) {
      let begin = place - length + unit;
      while (begin < place && !isDelimiter(begin)) begin += unit;
      if (begin >= place) return from + place;
    }
    if (from === 0) return 0;
  }
}

async function splitLines(chunks: AsyncIterable<Uint8Array>, text: TextRange, isStart: boolean): Promise<string[]> {
  const decoder = new TextDecoder(text.encoding, { fatal: true, ignoreBOM: !isStart });
  const delimiter = text.delimiter ?? '\n';
  const lines: string[] = [];
  let rest = '';
  const add = (line: string) => {
    lines.push(text.delimiter === null && line.endsWith('\r\n') ? `${line.slice(0, -2)}\n` : line);
  };
  const split = (piece: string) => {
    const all = rest + piece;
    let from = 0;
    for (let end = all.indexOf(delimiter); end >= 0; end = all.indexOf(delimiter, from)) {
      add(all.slice(from, end + delimiter.length));
      from = end + delimiter.length;
    }
    rest = all.slice(from);
  };
  for await (const chunk of chunks) split(decoder.decode(chunk, { stream: true }));
  split(decoder.decode());
  if (rest !== '') add(rest);
  return lines;
}

/** Writes items as lines, compressed where the path ends in .gz, and gives the path. */
export async function writeLines(
  { path, lastEndline }: { readonly path: string; readonly lastEndline: boolean },
  items: readonly unknown[],
): Promise<string> {
  const wrong = items.findIndex((item) => typeof item !== 'string');
  if (wrong >= 0)
    throw new InputError(`${path}: a text file takes strings, item ${wrong} is ${describe(items[wrong])}`);
  const text = items.join('\n') + (lastEndline && items.length > 0 ? '\n' : '');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, path.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}
