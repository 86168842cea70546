/**
 * Arrow IPC files without a copy of the data: a list of pieces, to be written one after another, of which the large ones
 * are the buffers of the columns where they lie. The framing around them is apache-arrow's.
 */
import type { Data, Field, Table } from 'apache-arrow';
import { InputError } from '../util/errors.js';
import type { Block } from './block.js';
import type { TableLike } from './convert.js';
import type { DType } from './dtype.js';
import { toVector } from './table.js';

const arrow = () => import('apache-arrow');

/** apache-arrow calculates lengths of buffers in 32 bits. */
const MOST_BUFFER_BYTES = 2 ** 31 - 16;

/**
 * The pieces of the file of a table. Raises {@link InputError} for a table of another copy of apache-arrow, and for
 * what such files cannot hold: a buffer of 2 GiB, dictionaries that differ from batch to batch.
 */
export async function piecesOfTable(table: TableLike): Promise<Uint8Array[]> {
  const { Table } = await arrow();
  if (!(table instanceof Table))
    throw new InputError("the table is of another copy of apache-arrow than this package's");
  return piecesOf(table);
}

/** The pieces of a file with one column `data`, whose shape is in the metadata too; a scalar is a column of one row. */
export async function piecesOfBlock({ dtype, shape, data }: Block<DType>): Promise<Uint8Array[]> {
  checkLength(data);
  const { Field } = await arrow();
  const column = await toVector({ dtype, shape: shape.length === 0 ? [1] : shape, data });
  const field = new Field('data', column.type, false);
  return piecesOfColumn(field, column.data, ['sheaf:block', JSON.stringify({ dtype, shape })]);
}

/**
 * The pieces of a file with one column `bytes`, a row for each of `buffers`: every row is a batch, so that its buffer is
 * written from where it lies. `kind` goes to the metadata, for whoever finds such a file.
 */
export async function piecesOfBuffers(kind: string, buffers: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const { Field, LargeBinary, makeData } = await arrow();
  const type = new LargeBinary();
  const rows = buffers.map((data) => {
    checkLength(data);
    const valueOffsets = BigInt64Array.of(0n, BigInt(data.length));
    return makeData({ type, length: 1, nullCount: 0, valueOffsets, data }) as Data;
  });
  return piecesOfColumn(new Field('bytes', type, false), rows, ['sheaf:kind', kind]);
}

/** The table of a whole file, whose columns are views of `bytes`. */
export async function tableOfFile(bytes: Uint8Array): Promise<Table> {
  return (await arrow()).tableFromIPC(bytes);
}

function checkLength({ byteLength }: ArrayBufferView): void {
  if (byteLength <= MOST_BUFFER_BYTES) return;
  throw new InputError(
    `a buffer of ${byteLength} bytes is over the ${MOST_BUFFER_BYTES} of an Arrow file: use smaller chunks`,
  );
}

/** A file of one column, each of whose chunks is a batch. */
async function piecesOfColumn(
  field: Field,
  chunks: readonly Data[],
  metadata: [string, string],
): Promise<Uint8Array[]> {
  const { makeData, RecordBatch, Schema, Struct, Table } = await arrow();
  const schema = new Schema([field], new Map([metadata]));
  const type = new Struct([field]);
  const batches = chunks.map((chunk) => {
    const struct = makeData({ type, length: chunk.length, nullCount: 0, children: [chunk] });
    return new RecordBatch(schema, struct);
  });
  return piecesOf(new Table(schema, batches));
}

async function piecesOf(table: Table): Promise<Uint8Array[]> {
  const { RecordBatchFileWriter } = await arrow();
  const pieces: Uint8Array[] = [];
  for await (const piece of RecordBatchFileWriter.writeAll(table)) pieces.push(piece);
  return pieces;
}
