/**
 * Rows of Arrow vectors and tables. The buffers of all chunks are gathered into one chunk in shared memory; types and
 * dictionaries are those of the source. New objects come from the source's own constructors, so that apache-arrow is
 * not loaded here, and a caller's own copy of it stays the one in use.
 */
import type { Data, DataType, Table, Vector } from 'apache-arrow';
import { InputError } from '../util/errors.js';
import { allocate } from './block.js';

/** The rows of a vector with these numbers, each of them a row of the vector. */
export function takeVector(vector: Vector, rows: ArrayLike<number>): Vector {
  if (rows.length === 0) return vector.slice(0, 0);
  // The class of memoized vectors has a constructor of another kind.
  const plain = vector.isMemoized ? vector.unmemoize() : vector;
  const data = gather(vector.data, locate(vector.data, rows));
  return new (plain.constructor as new (data: readonly Data[]) => Vector)([data]);
}

/** The rows of a table with these numbers, each of them a row of the table. Its batches are structs of the columns. */
export function takeTable(table: Table, rows: ArrayLike<number>): Table {
  if (rows.length === 0) return table.slice(0, 0);
  const data = gather(table.data, locate(table.data, rows));
  return new (table.constructor as new (schema: Table['schema'], data: Data) => Table)(table.schema, data);
}

/** Where the wanted rows are: the chunk of each, and its place in there. */
interface Places {
  readonly chunk: Int32Array;
  readonly at: Int32Array;
}

function locate(chunks: readonly Data[], rows: ArrayLike<number>): Places {
  const chunk = new Int32Array(rows.length);
  const at = Int32Array.from(rows);
  if (chunks.length === 1) return { chunk, at };
  const chunkOfRow = new Int32Array(chunks.reduce((n, { length }) => n + length, 0));
  const starts: number[] = [];
  let start = 0;
  chunks.forEach(({ length }, i) => {
    chunkOfRow.fill(i, start, start + length);
    starts.push(start);
    start += length;
  });
  for (let i = 0; i < at.length; i++) {
    chunk[i] = chunkOfRow[at[i]];
    at[i] -= starts[chunk[i]];
  }
  return { chunk, at };
}

/** Arrow's typed arrays, of numbers or of bigints: rows are moved, never calculated with. */
type Values = Float64Array;

interface Gathered {
  readonly values?: Values | Uint8Array;
  readonly offsets?: Values;
  readonly children?: readonly Data[];
  readonly dictionary?: Vector;
  readonly nullCount?: number;
}

type Gather = (chunks: readonly Data[], places: Places) => Gathered;

const fixedWidth: Gather = (chunks, places) => ({ values: gatherValues(chunks, places) });

const variableWidth: Gather = (chunks, places) => {
  const { offsets, total } = gatherOffsets(chunks, places);
  const values = allocate('uint8', total);
  let end = 0;
  for (let i = 0; i < places.at.length; i++) {
    const chunk = chunks[places.chunk[i]];
    const [from, to] = rangeOf(chunk, places.at[i]);
    values.set(chunk.values.subarray(from, to), end);
    end += to - from;
  }
  return { values, offsets };
};

const list: Gather = (chunks, places) => {
  const { offsets, total } = gatherOffsets(chunks, places);
  const items: Places = { chunk: new Int32Array(total), at: new Int32Array(total) };
  let end = 0;
  for (let i = 0; i < places.at.length; i++) {
    const chunk = places.chunk[i];
    const [from, to] = rangeOf(chunks[chunk], places.at[i]);
    for (let at = from; at < to; at++, end++) {
      items.chunk[end] = chunk;
      items.at[end] = at;
    }
  }
  return { offsets, children: gatherChildren(chunks, items) };
};

const fixedSizeList: Gather = (chunks, { chunk, at }) => {
  const { stride } = chunks[0];
  const inItems = (place: (row: number, item: number) => number) =>
    Int32Array.from({ length: at.length * stride }, (_, i) => place(Math.floor(i / stride), i % stride));
  const items = { chunk: inItems((row) => chunk[row]), at: inItems((row, item) => at[row] * stride + item) };
  return { children: gatherChildren(chunks, items) };
};

/** Chunks with dictionaries of their own get a common one: all of them in a row, and the indices shifted. */
const dictionary: Gather = (chunks, places) => {
  const values = gatherValues(chunks, places);
  const [first, ...rest] = new Set(chunks.map((chunk) => chunk.dictionary!));
  if (rest.length === 0) return { values, dictionary: first };
  const starts = new Map<Vector, number>();
  let length = 0;
  for (const each of [first, ...rest]) {
    starts.set(each, length);
    length += each.length;
  }
  for (let i = 0; i < values.length; i++) {
    const index = values[i] + starts.get(chunks[places.chunk[i]].dictionary!)!;
    values[i] = index;
    // Under nulls any index will do.
    if (values[i] !== index && chunks[places.chunk[i]].getValid(places.at[i])) {
      throw new InputError(
        `the dictionaries of the chunks have ${length} entries together, too many for indices of type ${values.constructor.name.replace('Array', '')}: use a wider type`,
      );
    }
  }
  return { values, dictionary: first.concat(...rest) };
};

/** By the ids of apache-arrow's `Type`. */
const gathers: { readonly [typeId: number]: Gather } = {
  [-1]: dictionary,
  1: (_, { at }) => ({ nullCount: at.length }), // Null
  ...Object.fromEntries([2, 3, 7, 8, 9, 10, 11, 15, 18].map((numberOrTime) => [numberOrTime, fixedWidth])),
  ...Object.fromEntries([4, 5, 19, 20].map((textOrBinary) => [textOrBinary, variableWidth])),
  6: (chunks, places) => ({ values: gatherBits(chunks, places, (chunk) => chunk.values) }), // Bool
  12: list,
  13: (chunks, places) => ({ children: gatherChildren(chunks, places) }), // Struct
  16: fixedSizeList,
  17: list, // Map
};

function gather(chunks: readonly Data[], places: Places): Data {
  const [first] = chunks;
  if (places.at.length === 0) return first.slice(0, 0);
  const { type } = first;
  const taken = gathers[type.typeId]?.(chunks, places);
  if (!taken) throw new InputError(`rows of the Arrow type ${type} cannot be taken: convert the column first`);
  const hasNulls = taken.nullCount === undefined && chunks.some(({ nullCount }) => nullCount > 0);
  const validity = hasNulls ? gatherBits(chunks, places, validityOf) : undefined;
  // -1: not counted yet
  const nullCount = taken.nullCount ?? (hasNulls ? -1 : 0);
  const buffers = [taken.offsets, taken.values, validity];
  return new (first.constructor as DataConstructor)(
    type,
    0,
    places.at.length,
    nullCount,
    buffers,
    taken.children ?? [],
    taken.dictionary,
  );
}

type DataConstructor = new (
  type: DataType,
  offset: number,
  length: number,
  nullCount: number,
  buffers: readonly unknown[],
  children: readonly Data[],
  dictionary?: Vector,
) => Data;

const gatherChildren = (chunks: readonly Data[], places: Places): Data[] =>
  chunks[0].children.map((_, child) =>
    gather(
      chunks.map(({ children }) => children[child]),
      places,
    ),
  );

function gatherValues(chunks: readonly Data[], { chunk, at }: Places): Values {
  const sources = chunks.map(({ values }) => values as Values);
  const { stride } = chunks[0];
  const values = sharedLike(sources[chunk[0]], at.length * stride);
  for (let i = 0, to = 0; i < at.length; i++) {
    const source = sources[chunk[i]];
    for (let k = 0, from = at[i] * stride; k < stride; k++) values[to++] = source[from++];
  }
  return values;
}

/** Bits start at the chunk's offset; everything else of a slice is cut to fit. No bitmap stands for ones. */
function gatherBits(
  chunks: readonly Data[],
  { chunk, at }: Places,
  bitmapOf: (chunk: Data) => Uint8Array | undefined,
): Uint8Array {
  const bitmaps = chunks.map(bitmapOf);
  // Arrow wants bitmaps to be whole 64-bit words.
  const bits = allocate('uint8', Math.ceil(at.length / 64) * 8);
  for (let i = 0; i < at.length; i++) {
    const bitmap = bitmaps[chunk[i]];
    const place = chunks[chunk[i]].offset + at[i];
    if (!bitmap || bitmap[place >> 3] & (1 << (place & 7))) bits[i >> 3] |= 1 << (i & 7);
  }
  return bits;
}

const validityOf = (chunk: Data): Uint8Array | undefined => (chunk.nullCount > 0 ? chunk.nullBitmap : undefined);

/** The range of bytes or items that belong to a row; offsets may be 64-bit integers. */
const rangeOf = ({ valueOffsets }: Data, at: number): [from: number, to: number] => [
  Number(valueOffsets[at]),
  Number(valueOffsets[at + 1]),
];

function gatherOffsets(chunks: readonly Data[], { chunk, at }: Places): { offsets: Values; total: number } {
  const offsets = sharedLike(chunks[chunk[0]].valueOffsets as unknown as Values, at.length + 1);
  const write: (total: number) => unknown = offsets instanceof BigInt64Array ? BigInt : Number;
  let total = 0;
  for (let i = 0; i < at.length; i++) {
    const [from, to] = rangeOf(chunks[chunk[i]], at[i]);
    total += to - from;
    offsets[i + 1] = write(total) as number;
  }
  if (Number(offsets[at.length]) !== total) {
    throw new InputError(
      `the rows hold ${total} bytes or items together, too many for 32-bit offsets: take fewer rows`,
    );
  }
  return { offsets, total };
}

const sharedLike = (like: Values, length: number): Values =>
  new (like.constructor as Float64ArrayConstructor)(
    new SharedArrayBuffer(length * like.BYTES_PER_ELEMENT) as unknown as ArrayBuffer,
  ) as Values;
