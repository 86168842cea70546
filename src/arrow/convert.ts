/**
 * What users bring, as Blocks: typed arrays, nested arrays, and Arrow vectors and tables. Arrow's objects are told by
 * their fields, not by class: loading apache-arrow costs more than most conversions, and a caller may have a copy of
 * it other than ours. A single numeric chunk without nulls becomes a block without a copy.
 */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { allocate, type Block, dtypeOf, isBlock, type NumericArray, type NumericDType, sizeOf } from './block.js';
import { type ArrayOf, isBig } from './dtype.js';

interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly dictionary?: ArrowType;
}

interface ArrowChunk {
  readonly length: number;
  readonly values: unknown;
}

/** The part of apache-arrow's Vector that conversions read. */
export interface VectorLike {
  readonly type: ArrowType;
  readonly length: number;
  readonly nullCount: number;
  readonly data: readonly ArrowChunk[];
  get(index: number): unknown;
}

/** The part of apache-arrow's Table that conversions read. */
export interface TableLike {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  readonly numRows: number;
  readonly numCols: number;
  // biome-ignore lint/suspicious/noExplicitAny: apache-arrow types its own result more narrowly than we read it
  getChildAt(index: number): any;
}

export function isVector(value: unknown): value is VectorLike {
  const candidate = value as Partial<VectorLike> | null | undefined;
  return typeof candidate?.type?.typeId === 'number' && Array.isArray(candidate.data) && !!candidate.get;
}

export function isTable(value: unknown): value is TableLike {
  const candidate = value as Partial<TableLike> | null | undefined;
  return Array.isArray(candidate?.schema?.fields) && typeof candidate.getChildAt === 'function';
}

/** Numbers in arrays in arrays, each level of one length. */
export type NestedNumbers = ArrayLike<number | NestedNumbers>;
export type BlockLike = Block | NumericArray | BigInt64Array | BigUint64Array | NestedNumbers | VectorLike | TableLike;

/**
 * The block of what a user gave. Blocks, typed arrays and numeric vectors of one chunk are taken as they are; nested
 * arrays and tables become float64, a table with one row per row. Raises {@link InputError}, which names the place,
 * for nulls, for anything that is not a number, and for rows of unequal length.
 */
export function toBlock(value: BlockLike, name = 'the data'): Block {
  if (isBlock(value)) {
    if (!isBig(value.dtype)) return value as Block;
    return { ...fromBigInts([value.data as unknown as BigInt64Array], name), shape: value.shape };
  }
  const dtype = dtypeOf(value);
  if (dtype && !isBig(dtype)) return { dtype, shape: [(value as NumericArray).length], data: value as NumericArray };
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return fromBigInts([value], name);
  if (isVector(value)) return vectorToBlock(value, name);
  if (isTable(value)) return tableToBlock(value, name);
  if (Array.isArray(value)) return nestedToBlock(value, name);
  throw new InputError(
    `${name} is ${describe(value)}; give a Block, a typed array, an array of numbers or of rows, or an Arrow vector or table`,
  );
}

/** The 1-d block of a numeric Arrow vector; booleans become uint8, 64-bit integers float64. Raises {@link InputError}. */
export function vectorToBlock(vector: VectorLike, name = 'the vector'): Block {
  const { type, data: chunks, length } = vector;
  const reading = readingOf(type);
  if (!reading) throw new InputError(`${name} has the Arrow type ${type}, which is not numeric`);
  if (vector.nullCount > 0) {
    throw new InputError(
      `${name} has ${vector.nullCount} nulls, the first in row ${firstNull(vector)}: fill them first`,
    );
  }
  if (reading === 'bigint') return fromBigInts(chunks.map(valuesOf) as BigInt64Array[], name);
  if (reading === 'get') return fromGet('float64', vector);
  if (reading === 'bool') return fromGet('uint8', vector);
  const [only] = chunks;
  if (chunks.length === 1) return { dtype: reading, shape: [length], data: valuesOf(only!) as NumericArray };
  const data = allocate(reading, length);
  let at = 0;
  for (const chunk of chunks) {
    data.set(valuesOf(chunk) as NumericArray, at);
    at += chunk.length;
  }
  return { dtype: reading, shape: [length], data };
}

type Reading = Exclude<NumericDType, 'bool'> | 'bigint' | 'bool' | 'get';

/** How the values of a type are read: straight from the buffer of a dtype, or in a slower way. By the ids of `Type`. */
const readings: { readonly [typeId: number]: (type: ArrowType) => Reading | undefined } = {
  [-1]: ({ dictionary }) => (dictionary && isNumericType(dictionary) ? 'get' : undefined),
  2: ({ bitWidth, isSigned }) =>
    bitWidth === 64 ? 'bigint' : (`${isSigned ? '' : 'u'}int${bitWidth}` as Exclude<NumericDType, 'bool'>),
  // Half precision is kept as raw uint16, which only `get` decodes.
  3: ({ precision }) => (['get', 'float32', 'float64'] as const)[precision ?? 2],
  6: () => 'bool',
};

const readingOf = (type: ArrowType): Reading | undefined => readings[type.typeId]?.(type);
const isNumericType = (type: ArrowType): boolean => readingOf(type) !== undefined;

/** Whether {@link vectorToBlock} can read the vector's type: integers, floats, booleans and dictionaries of them. */
export const isNumericVector = (vector: VectorLike): boolean => isNumericType(vector.type);

/** The chunk's values without the padding behind them. */
const valuesOf = (chunk: ArrowChunk): NumericArray | BigInt64Array =>
  (chunk.values as NumericArray).subarray(0, chunk.length);

function firstNull(vector: VectorLike): number {
  for (let i = 0; i < vector.length; i++) if (vector.get(i) === null) return i;
  return -1;
}

function fromGet(dtype: NumericDType, vector: VectorLike): Block {
  const data = allocate(dtype, vector.length);
  for (let i = 0; i < data.length; i++) data[i] = Number(vector.get(i));
  return { dtype, shape: [data.length], data };
}

function fromBigInts(chunks: readonly (BigInt64Array | BigUint64Array)[], name: string): Block<'float64'> {
  const length = chunks.reduce((n, chunk) => n + chunk.length, 0);
  const data = allocate('float64', length);
  let at = 0;
  for (const chunk of chunks) {
    for (const value of chunk) {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) {
        throw new InputError(`${name} holds ${value} in row ${at}, which a float64 cannot hold exactly`);
      }
      data[at++] = number;
    }
  }
  return { dtype: 'float64', shape: [length], data };
}

function tableToBlock(table: TableLike, name: string): Block<'float64'> {
  const { numRows, numCols } = table;
  const data = allocate('float64', numRows * numCols);
  table.schema.fields.forEach((field, column) => {
    const values = vectorToBlock(table.getChildAt(column) as VectorLike, `column ${field.name} of ${name}`).data;
    for (let row = 0, at = column; row < numRows; row++, at += numCols) data[at] = values[row]!;
  });
  return { dtype: 'float64', shape: [numRows, numCols], data };
}

/** The shape is read down the first items; then every item is checked against it as it is copied. */
function nestedToBlock(nested: NestedNumbers, name: string): Block<'float64'> {
  const shape: number[] = [];
  for (let level: unknown = nested; isList(level); level = level[0]) shape.push(level.length);
  const data = allocate('float64', sizeOf(shape));
  let at = 0;

  const copy = (list: ArrayLike<unknown>, depth: number, place: string): void => {
    if (list.length !== shape[depth]) {
      throw new InputError(`${name} is ragged: ${place} has ${list.length} items, those before it ${shape[depth]}`);
    }
    if (depth < shape.length - 1) {
      for (let i = 0; i < list.length; i++) {
        const item = list[i];
        const itemPlace = depth === 0 ? `row ${i}` : `${place}, item ${i}`;
        if (!isList(item))
          throw new InputError(`${name} is ragged: ${itemPlace} is ${describe(item)}, others are lists`);
        copy(item, depth + 1, itemPlace);
      }
    } else if (dtypeOf(list)) {
      data.set(list as ArrayOf<'float64'>, at);
      at += list.length;
    } else {
      for (let i = 0; i < list.length; i++) {
        const item = list[i];
        if (typeof item !== 'number') {
          const itemPlace = depth === 0 ? `row ${i}` : `${place}, column ${i}`;
          throw new InputError(`${name} must be numbers, but ${itemPlace} holds ${describe(item)}`);
        }
        data[at++] = item;
      }
    }
  };
  copy(nested, 0, name);
  return { dtype: 'float64', shape, data };
}

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || dtypeOf(value) !== undefined;
