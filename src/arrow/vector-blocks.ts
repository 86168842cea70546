/**
 * The blocks of Arrow vectors, chunk by chunk, without a copy where elements lie as they do here: integers and floats
 * without nulls, and fixed-size lists of them. Arrow's objects are told by their fields: see `convert.ts`.
 */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { allocate, type Block, sizeOf } from './block.js';
import { isTable, isVector, type TableLike, type VectorLike } from './convert.js';
import { type ArrayOf, type DType, isBig, isFloat, promoteAll } from './dtype.js';
import { decodeHalves } from './half.js';

/** The part of apache-arrow's types that is read; ids are those of `Type`. */
interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly listSize?: number;
  readonly dictionary?: ArrowType;
  toString(): string;
}

interface ArrowData {
  readonly type: ArrowType;
  readonly length: number;
  readonly nullCount: number;
  /** In elements, where bits are read. */
  readonly offset: number;
  readonly values: unknown;
  readonly children: readonly ArrowData[];
  readonly dictionary?: VectorLike;
  getValid(index: number): boolean;
}

type Reader = (data: ArrowData, name: string) => Block<DType> | undefined;

/** By the id of the type; what is missing has no dtype. */
const readers: { readonly [typeId: number]: Reader } = {
  [-1]: readDictionary,
  2: (data) => {
    const { bitWidth, isSigned } = data.type;
    return primitive(data, `${isSigned ? 'int' : 'uint'}${bitWidth}` as DType);
  },
  3: (data) =>
    data.type.precision === 0 ? readHalves(data) : primitive(data, data.type.precision === 1 ? 'float32' : 'float64'),
  6: readBits,
  16: readLists,
};

/** The blocks of each chunk of a vector. Raises {@link InputError} for types without a dtype, and for nulls but in floats, which become NaN. */
export function vectorBlocks(vector: VectorLike, name = 'the vector'): Block<DType>[] {
  const chunks = vector.data as unknown as readonly ArrowData[];
  if (vector.nullCount > 0 && !isFloatType(vector.type as ArrowType)) {
    throw new InputError(
      `${name} has ${vector.nullCount} nulls among its ${vector.length} elements of ${vector.type}, which have no NaN: fill them first`,
    );
  }
  const whole =
    chunks.length > 0
      ? chunks
      : [{ type: vector.type, length: 0, nullCount: 0, offset: 0, values: [], children: [] } as never];
  return whole.map((data) => withNaN(read(data, name), data));
}

const isFloatType = ({ typeId, dictionary }: ArrowType): boolean =>
  typeId === 3 || (typeId === -1 && dictionary?.typeId === 3);

function read(data: ArrowData, name: string): Block<DType> {
  const block = readers[data.type.typeId]?.(data, name);
  if (block) return block;
  throw new InputError(
    `${name} has the Arrow type ${data.type}: arrays are made of integers, floats, bools and fixed-size lists of them`,
  );
}

const primitive = <D extends DType>({ values, length }: ArrowData, dtype: D): Block<D> => ({
  dtype,
  shape: [length],
  data: (values as ArrayOf<D>).subarray(0, length) as ArrayOf<D>,
});

function readHalves({ values, length }: ArrowData): Block<'float32'> {
  const data = allocate('float32', length);
  decodeHalves((values as Uint16Array).subarray(0, length), data);
  return { dtype: 'float32', shape: [length], data };
}

function readBits({ values, length, offset }: ArrowData): Block<'bool'> {
  const data = allocate('bool', length);
  const bits = values as Uint8Array;
  for (let i = 0; i < length; i++) data[i] = (bits[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1;
  return { dtype: 'bool', shape: [length], data };
}

function readLists(data: ArrowData, name: string): Block<DType> {
  const [items] = data.children as [ArrowData];
  if (data.nullCount > 0 || (items.nullCount > 0 && !isFloatType(items.type))) {
    throw new InputError(`${name} has ${data.nullCount || items.nullCount} nulls in its lists: fill them first`);
  }
  const inner = withNaN(read(items, name), items);
  return { ...inner, shape: [data.length, data.type.listSize!, ...inner.shape.slice(1)] };
}

function readDictionary({ type, values, length, dictionary }: ArrowData, name: string): Block<DType> | undefined {
  if (!dictionary || ![2, 3, 6].includes(type.dictionary!.typeId)) return undefined;
  const entries = vectorBlocks(dictionary, name);
  const { dtype } = entries[0]!;
  const all = entries.flatMap((entry) => [...entry.data]);
  const data = allocate(dtype, length);
  const indices = values as Int32Array;
  for (let i = 0; i < length; i++) data[i] = (all[Number(indices[i])] ?? 0) as never;
  return { dtype, shape: [length], data };
}

/** With NaN where a float is null, in memory of its own. */
function withNaN(block: Block<DType>, data: ArrowData): Block<DType> {
  if (!isFloat(block.dtype) || data.nullCount <= 0 || data.type.typeId === 16) return block;
  const filled = allocate(block.dtype, block.data.length);
  filled.set(block.data as Float64Array);
  for (let i = 0; i < filled.length; i++) if (!data.getValid(i)) filled[i] = Number.NaN;
  return { ...block, data: filled };
}

/** The blocks along the rows of a table of numeric columns: one for each of its batches, in the dtype of all columns together. */
export function tableBlocks(table: TableLike): Block<DType>[] {
  const columns = table.schema.fields.map(({ name }, i) =>
    vectorBlocks(table.getChildAt(i) as VectorLike, `column ${name}`),
  );
  if (columns.length === 0) throw new InputError('the table has no columns, so there is no array of it');
  const wide = columns.findIndex(([first]) => first!.shape.length > 1);
  if (wide >= 0) throw new InputError(`column ${table.schema.fields[wide]!.name} has lists: give its vector alone`);
  const dtype = promoteAll(columns.map(([first]) => first!.dtype));
  const lengths = columns[0]!.map(({ shape }) => shape[0]!);
  const isAlike = columns.every(
    (blocks) => blocks.length === lengths.length && blocks.every(({ shape }, i) => shape[0] === lengths[i]),
  );
  const parts = isAlike ? lengths.map((_, i) => columns.map((blocks) => [blocks[i]!])) : [columns];
  return parts.map((part) => interleaved(part, dtype));
}

/** Columns, of one block or several each, as the columns of one block. */
function interleaved(columns: readonly (readonly Block<DType>[])[], dtype: DType): Block<DType> {
  const rows = columns[0]!.reduce((n, { shape }) => n + shape[0]!, 0);
  const shape = [rows, columns.length];
  const data = allocate(dtype, sizeOf(shape));
  const convert = (isBig(dtype) ? BigInt : Number) as (value: number | bigint) => number;
  columns.forEach((blocks, column) => {
    let at = column;
    for (const block of blocks) {
      const values = block.data as Float64Array;
      const isSame = block.dtype === dtype;
      for (let row = 0; row < values.length; row++, at += columns.length)
        data[at] = isSame ? values[row]! : convert(values[row]!);
    }
  });
  return { dtype, shape, data };
}

/** The blocks of a vector, of several one after another, or of a table. Raises {@link InputError} for other things. */
export function arrowBlocks(value: unknown): Block<DType>[] {
  if (isVector(value)) return vectorBlocks(value);
  if (isTable(value)) return tableBlocks(value);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isVector)) {
    throw new InputError(`fromArrow takes an Arrow vector, some of them, or a table, got ${describe(value)}`);
  }
  const blocks = value.flatMap((vector, i) => vectorBlocks(vector, `vector ${i}`));
  const first = blocks[0]!;
  const other = blocks.find(
    ({ dtype, shape }) => dtype !== first.dtype || shape.slice(1).join() !== first.shape.slice(1).join(),
  );
  if (!other) return blocks;
  const say = ({ dtype, shape }: Block<DType>) => `${dtype} [${['n', ...shape.slice(1)].join(', ')}]`;
  throw new InputError(`the vectors are not alike: one is ${say(first)}, another ${say(other)}`);
}
