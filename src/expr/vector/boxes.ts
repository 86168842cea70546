/** Parts of a walk: so many rows of so many columns, and how their elements come to a slot and from it. */
import type { DType, DTypeArray } from '../../arrow/dtype.js';
import { runLoop } from '../compile.js';
import { identityOf } from '../program.js';

/** An array that is walked over, and the slot for parts of it. */
export interface Boxed {
  readonly dtype: DType;
  readonly data: DTypeArray;
  readonly slot: DTypeArray;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Rows of so many elements are copied as memory, others by a loop. */
const LONG = 256;

/** Whether a part lies in one piece of memory, in C order. */
export const isWhole = ({ rowStep, columnStep }: Boxed, rows: number, columns: number): boolean =>
  columnStep === 1 && (rows === 1 || rowStep === columns);

const part = (data: DTypeArray, begin: number, end?: number): DTypeArray =>
  (data as Float64Array).subarray(begin, end) as DTypeArray;

/** Copies the part at `offset` to the slot, in C order. */
export function fill(operand: Boxed, offset: number, rows: number, columns: number): void {
  const { dtype, data, slot, rowStep, columnStep } = operand;
  const to = slot as Float64Array;
  if (isWhole(operand, rows, columns)) to.set(part(data, offset, offset + rows * columns) as Float64Array);
  else if (columnStep === 1 && columns >= LONG) {
    for (let i = 0; i < rows; i++) {
      const start = offset + i * rowStep;
      to.set(part(data, start, start + columns) as Float64Array, i * columns);
    }
  } else {
    const strides = [
      [columns, 1],
      [rowStep, columnStep],
    ];
    runLoop(identityOf(dtype), { extents: [rows, columns], strides }, slot, [part(data, offset)]);
  }
}

/** Copies the slot to the part at `offset`. */
export function drain(operand: Boxed, offset: number, rows: number, columns: number): void {
  const { dtype, data, slot, rowStep, columnStep } = operand;
  if (isWhole(operand, rows, columns))
    (data as Float64Array).set(part(slot, 0, rows * columns) as Float64Array, offset);
  else {
    const strides = [
      [rowStep, columnStep],
      [columns, 1],
    ];
    runLoop(identityOf(dtype), { extents: [rows, columns], strides }, part(data, offset), [slot]);
  }
}
