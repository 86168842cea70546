import { randomUUID } from 'node:crypto';
import { allocate, type Block, zeros } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import { dot, squaredNorms } from './dots.js';
import { type KernelParams, transforms } from './kernels.js';

/** Rounded kernel values that never change, in rows of `width`; another of the same id holds the same. */
export interface KernelMatrix {
  readonly id: string;
  readonly values: Float32Array;
  readonly width: number;
}

/** Where a solver takes kernel values from. It numbers the rows of the data in its own way: those numbers are items. */
export interface KernelSource {
  /** All the rounded values [items, items], where they are there already. */
  readonly matrix?: KernelMatrix;
  /** Writes the item of each row to `items`, and K(row, row), not rounded, to `diagonal`. */
  locate(rows: Int32Array, items: Int32Array, diagonal: Float64Array): void;
  /** Writes K(item, columns[k]) of the items in `columns` to out[start + k] for k < length, rounded to float32. */
  gather(item: number, columns: Int32Array, length: number, out: Float32Array, start: number): void;
}

/** A kernel matrix with the rows of each class side by side, as the solver and the decisions read them. */
export interface GroupedKernel {
  /** Tells it from all others: shared memory that comes in a message is a new object every time. */
  readonly id: string;
  /** [n, n]. */
  readonly values: Block<'float64'>;
  /** The same in the solver's precision. */
  readonly rounded: Block<'float32'>;
  /** K(k, k), not rounded: side by side, since a stride of a row each would miss the cache every time. */
  readonly diagonal: Float64Array;
  /** Where each row of the data stands in them. */
  readonly places: Int32Array;
  /** Whether every value is finite in the solver's precision; with others the solver would never end. */
  readonly allFinite: boolean;
}

/** The rows of the data, class by class and ascending within each. */
export const classOrder = (codes: Int32Array): Int32Array =>
  Int32Array.from(codes.keys()).sort((a, b) => codes[a] - codes[b] || a - b);

/** A kernel matrix whose row k is the row `order[k]` of the data. */
export function groupedKernel(values: Block<'float64'>, order: Int32Array): GroupedKernel {
  const rounded = zeros('float32', values.shape);
  const allFinite = round(values.data, rounded.data);
  const n = order.length;
  const diagonal = allocate('float64', n);
  for (let k = 0; k < n; k++) diagonal[k] = values.data[k * (n + 1)];
  const places = allocate('int32', n);
  order.forEach((row, place) => {
    places[row] = place;
  });
  return { id: randomUUID(), values, rounded, diagonal, places, allFinite };
}

/** Rounds, and tells whether all is finite: x − x is 0 then, and NaN for the rest, so one sum tells about all. */
function round(from: Float64Array, to: Float32Array): boolean {
  let sum = 0;
  for (let k = 0; k < to.length; k++) {
    const value = Math.fround(from[k]);
    to[k] = value;
    sum += value - value;
  }
  return sum === 0;
}

export function checkFinite(allFinite: boolean): void {
  if (allFinite) return;
  throw new InputError(
    'the kernel of this data has values too large for single precision, in which SVC solves: scale the features ' +
      '(to zero mean and unit variance, say), or choose a smaller gamma, coef0 or degree',
  );
}

/** The rows and columns `order` of a matrix. */
export function reorder(matrix: Block<'float64'>, order: Int32Array): Block<'float64'> {
  const n = order.length;
  const out = zeros('float64', [n, n]);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) out.data[i * n + k] = matrix.data[order[i] * n + order[k]];
  }
  return out;
}

/** Values looked up in a grouped kernel. */
export function kernelSource({ id, rounded, diagonal: ofPlace, places }: GroupedKernel): KernelSource {
  const n = places.length;
  return {
    matrix: { id, values: rounded.data, width: n },
    locate: (rows, items, diagonal) => {
      for (let k = 0; k < rows.length; k++) {
        const place = places[rows[k]];
        items[k] = place;
        diagonal[k] = ofPlace[place];
      }
    },
    gather: (item, columns, length, out, start) => gather(rounded.data, item * n, columns, length, out, start),
  };
}

function gather(
  from: Float32Array,
  at: number,
  columns: Int32Array,
  length: number,
  out: Float32Array,
  start: number,
): void {
  for (let k = 0; k < length; k++) out[start + k] = from[at + columns[k]];
}

/** Values computed from the rows of X [n, d] when they are asked for; the same bits as {@link kernelSource} gives. */
export function rowSource(X: Block<'float64'>, params: KernelParams): KernelSource {
  const [n, d] = X.shape as [number, number];
  if (params.kernel === 'precomputed') return lookupSource(X.data, n);
  const transform = transforms[params.kernel];
  const squares = squaredNorms(X);
  const values = new Float64Array(n);
  const columnSquares = new Float64Array(n);
  return {
    locate: (rows, items, diagonal) => {
      items.set(rows);
      rows.forEach((row, k) => {
        diagonal[k] = squares[row];
        transform(diagonal, k, 1, squares[row], squares, row, params);
      });
    },
    gather: (item, columns, length, out, start) => {
      for (let k = 0; k < length; k++) {
        const column = columns[k];
        columnSquares[k] = squares[column];
        values[k] = dot(X.data, item * d, X.data, column * d, d);
      }
      transform(values, 0, length, squares[item], columnSquares, 0, params);
      let sum = 0;
      for (let k = 0; k < length; k++) {
        const value = Math.fround(values[k]);
        out[start + k] = value;
        sum += value - value;
      }
      checkFinite(sum === 0);
    },
  };
}

const lookupSource = (matrix: Float64Array, n: number): KernelSource => ({
  locate: (rows, items, diagonal) => {
    items.set(rows);
    rows.forEach((row, k) => {
      diagonal[k] = matrix[row * n + row];
    });
  },
  gather: (item, columns, length, out, start) => {
    for (let k = 0; k < length; k++) out[start + k] = matrix[item * n + columns[k]];
  },
});
