/** Where the smallest or the largest of values is, in WebAssembly (assembly/extremes.ts), by tiles of which each is read once. */
import { arrayTypes, type DType, type DTypeArray } from '../arrow/dtype.js';
import { extremesWasm } from './wasm/extremes.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { type ArrayKind, kindOf } from './wasm/kinds.js';

type Rows = (
  at: number,
  count: number,
  length: number,
  isMin: boolean,
  skipsNaN: boolean,
  values: number,
  places: number,
) => void;
type Columns = (
  at: number,
  count: number,
  width: number,
  first: number,
  isMin: boolean,
  skipsNaN: boolean,
  values: number,
  places: number,
) => void;
type Exports = Readonly<Record<`rows${ArrayKind}`, Rows> & Record<`columns${ArrayKind}`, Columns>>;

/** The memory up to here has the module's tables. */
const START = 65536;
/** So many bytes are copied to the module at once. */
const TILE = 65536;

let instance: Instance<Exports> | undefined;

export interface ExtremeParams {
  readonly isMin: boolean;
  readonly skipsNaN: boolean;
}

export interface Found {
  readonly values: DTypeArray;
  /** -1 where there is nothing, or nothing but NaN that is skipped. */
  readonly places: Float64Array;
}

/** Of values in C order, of so many parts each of `length` rows of `width`, what of each part and column stands where along the rows. */
export function extremes(
  dtype: DType,
  data: DTypeArray,
  [parts, length, width]: readonly [number, number, number],
  params: ExtremeParams,
): Found {
  const count = parts * width;
  const found = { values: new arrayTypes[dtype](count) as DTypeArray, places: new Float64Array(count).fill(-1) };
  if (count === 0 || length === 0) return found;
  instance ??= instantiate<Exports>(extremesWasm);
  // A tile, and as many values and places as it may have rows or columns.
  instance.reserve(START + 2 * TILE + 4 * (TILE / data.BYTES_PER_ELEMENT));
  if (width === 1) alongRows(instance, data, length, params, found);
  else {
    for (let part = 0; part < parts; part++) {
      const range = [part * length * width, (part + 1) * length * width] as const;
      alongColumns(instance, data, range, width, params, (values, places, column) => {
        (found.values as Float64Array).set(values, part * width + column);
        found.places.set(places, part * width + column);
      });
    }
  }
  return found;
}

/** Rows that are longer than a tile are gone through by parts, the best of which is the best. */
function alongRows(
  { exports, memory }: Instance<Exports>,
  data: DTypeArray,
  length: number,
  { isMin, skipsNaN }: ExtremeParams,
  { values, places }: Found,
): void {
  const size = data.BYTES_PER_ELEMENT;
  const rows = exports[`rows${kindOf(data)}`];
  const perTile = TILE / size;
  const tile = view(memory.buffer, data, START, perTile);
  const most = Math.max(1, Math.floor(perTile / length));
  const valuesAt = START + TILE;
  const placesAt = valuesAt + TILE;
  const someValues = view(memory.buffer, data, valuesAt, most);
  const somePlaces = new Int32Array(memory.buffer, placesAt, most);
  for (let row = 0; row < places.length; row += most) {
    const count = Math.min(most, places.length - row);
    if (length <= perTile) {
      tile.set(part(data, row * length, (row + count) * length));
      rows(START, count, length, isMin, skipsNaN, valuesAt, placesAt);
      (values as Float64Array).set(someValues.subarray(0, count), row);
      places.set(somePlaces.subarray(0, count), row);
      continue;
    }
    for (let start = 0; start < length; start += perTile) {
      const end = Math.min(length, start + perTile);
      tile.set(part(data, row * length + start, row * length + end));
      rows(START, 1, end - start, isMin, skipsNaN, valuesAt, placesAt);
      const value = someValues[0]!;
      if (somePlaces[0]! < 0 || (places[row]! >= 0 && !isBetter(isMin, value, (values as Float64Array)[row]!)))
        continue;
      values[row] = value;
      places[row] = start + somePlaces[0]!;
      if (Number.isNaN(value)) break;
    }
  }
}

const isBetter = (isMin: boolean, value: number, best: number): boolean =>
  Number.isNaN(value) || (isMin ? value < best : value > best);

/** As many rows as a tile has room for, or of long ones the columns that it has room for. */
function alongColumns(
  { exports, memory }: Instance<Exports>,
  data: DTypeArray,
  [from, to]: readonly [number, number],
  width: number,
  { isMin, skipsNaN }: ExtremeParams,
  write: (values: Float64Array, places: Int32Array, column: number) => void,
): void {
  const size = data.BYTES_PER_ELEMENT;
  const columns = exports[`columns${kindOf(data)}`];
  const atOnce = Math.min(width, TILE / size);
  const perTile = Math.floor(TILE / size / atOnce);
  const valuesAt = START + TILE;
  const placesAt = valuesAt + TILE;
  const tile = view(memory.buffer, data, START, TILE / size);
  for (let column = 0; column < width; column += atOnce) {
    const columnCount = Math.min(atOnce, width - column);
    for (let at = from + column, row = 0; at < to; at += perTile * width, row += perTile) {
      const count = Math.min(perTile, Math.ceil((to - at) / width));
      tile.set(part(data, at, at + (count - 1) * width + columnCount));
      columns(START, count, columnCount, row, isMin, skipsNaN, valuesAt, placesAt);
    }
    const values = view(memory.buffer, data, valuesAt, columnCount);
    write(values, new Int32Array(memory.buffer, placesAt, columnCount), column);
  }
}

/** An array of the same type, in the module's memory. */
function view(buffer: ArrayBuffer, like: DTypeArray, at: number, length: number): Float64Array {
  const Type = like.constructor as new (buffer: ArrayBuffer, at: number, length: number) => Float64Array;
  return new Type(buffer, at, length);
}

const part = (data: DTypeArray, begin: number, end: number): Float64Array =>
  (data as Float64Array).subarray(begin, end);
