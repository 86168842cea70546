/**
 * To Arrow: tables and vectors made of columns. The one place that imports apache-arrow, and only when a table is
 * asked for: loading it takes longer than starting Node.
 */
import type { Data, DataType, Table, Vector } from 'apache-arrow';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { type Block, dtypeOf, isBlock, type NumericArray, sizeOf } from './block.js';
import { isVector } from './convert.js';
import type { DType } from './dtype.js';

export type { Table, Vector } from 'apache-arrow';

/** One column: numbers, strings or booleans, where null stands for a missing value, or something that has a dtype already. */
export type ColumnLike =
  | Block<DType>
  | NumericArray
  | readonly (number | null)[]
  | readonly (string | null)[]
  | readonly (boolean | null)[]
  | Vector;

const arrow = () => import('apache-arrow');
type Arrow = Awaited<ReturnType<typeof arrow>>;

/**
 * The Arrow table of named columns of equal length. Blocks, typed arrays and vectors are taken without a copy; arrays
 * of numbers become float64, strings a dictionary. Raises {@link InputError} for columns of unequal length or mixed kinds.
 *
 * @example
 * const table = await toTable({ x: new Float64Array([1, 2]), label: ['a', null] });
 * table.numRows; // 2
 */
export async function toTable(columns: Readonly<Record<string, ColumnLike>>): Promise<Table> {
  const module = await arrow();
  const vectors: Record<string, Vector> = {};
  for (const [name, column] of Object.entries(columns)) vectors[name] = makeColumn(module, column, `column ${name}`);
  const [first, ...rest] = Object.entries(vectors);
  for (const [name, { length }] of rest) {
    if (length === first![1].length) continue;
    throw new InputError(
      `the columns of a table have one length, but ${first![0]} has ${first![1].length} rows and ${name} has ${length}`,
    );
  }
  return new module.Table(vectors);
}

/** The Arrow vector of a column, as {@link toTable} makes it: a block [n, …] becomes n (nested) fixed-size lists without a copy. */
export async function toVector(column: ColumnLike): Promise<Vector> {
  return makeColumn(await arrow(), column, 'the column');
}

/** The Arrow vector of blocks that lie one after another along the first axis, a chunk of each, without a copy but for bools. */
export async function blocksToVector(blocks: readonly Block<DType>[]): Promise<Vector> {
  const module = await arrow();
  return new module.Vector(
    blocks.flatMap((block) => blockToVector(module, block, 'the array', { isPacked: true }).data as Data[]),
  );
}

function makeColumn(module: Arrow, column: ColumnLike, name: string): Vector {
  if (isVector(column)) return column as Vector;
  if (isBlock(column)) return blockToVector(module, column, name);
  if (dtypeOf(column)) return module.makeVector(column as NumericArray) as Vector;
  if (!Array.isArray(column))
    throw new InputError(`${name} is ${describe(column)}; give an array, a block or a vector`);
  return module.vectorFromArray(column, columnType(module, column, name)) as Vector;
}

/** Bools are a byte each, as in the block, unless they are to be packed. */
function blockToVector(
  module: Arrow,
  { dtype, shape, data }: Block<DType>,
  name: string,
  { isPacked = false }: { readonly isPacked?: boolean } = {},
): Vector {
  if (shape.length === 0) throw new InputError(`${name} is a scalar: a column has one value per row`);
  let layer: Data = isPacked && dtype === 'bool' ? bits(module, data as Uint8Array) : module.makeVector(data).data[0]!;
  // From the innermost axis outwards: each level packs `extent` items of the level below.
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const extent = shape[axis]!;
    const type = new module.FixedSizeList(extent, new module.Field('item', layer.type, false));
    const length = sizeOf(shape.slice(0, axis));
    layer = module.makeData({ type, length, nullCount: 0, child: layer }) as Data;
  }
  return new module.Vector([layer]);
}

/** Bools as Arrow has them, eight to a byte. */
function bits(module: Arrow, values: Uint8Array): Data {
  const packed = new Uint8Array(Math.ceil(values.length / 64) * 8);
  for (let i = 0; i < values.length; i++) packed[i >> 3]! |= values[i]! << (i & 7);
  return module.makeData({ type: new module.Bool(), length: values.length, nullCount: 0, data: packed });
}

/** The one type of a column's values; a column of nulls alone is float64. */
function columnType(module: Arrow, values: readonly unknown[], name: string): DataType {
  const types: { readonly [kind: string]: () => DataType } = {
    number: () => new module.Float64(),
    string: () => new module.Dictionary(new module.Utf8(), new module.Int32()),
    boolean: () => new module.Bool(),
  };
  let kind: string | undefined;
  values.forEach((value, row) => {
    if (value === null) return;
    const found = typeof value;
    if (!(found in types))
      throw new InputError(`${name} holds ${describe(value)} in row ${row}: give numbers, strings or booleans`);
    kind ??= found;
    if (found !== kind)
      throw new InputError(`${name} mixes kinds: row ${row} holds ${describe(value)}, rows before it a ${kind}`);
  });
  return types[kind ?? 'number']!();
}
