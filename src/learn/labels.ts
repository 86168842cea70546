/** Class labels: reading them from whatever holds them, ordering them, and turning them into codes. */
import { allocate, type Block, dtypeOf, isBlock } from '../arrow/block.js';
import { isNumericVector, isVector, toBlock, type VectorLike } from '../arrow/convert.js';
import { compareStrings } from '../util/compare.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { Label, Labels } from './estimator.js';

/**
 * One label per row, numbers or strings: an array of any kind, a Block of one dimension or one column, or an Arrow
 * vector. 64-bit integers are read as numbers, Arrow's booleans as 0 and 1.
 */
export type LabelsLike = ArrayLike<Label | bigint> | Block | VectorLike;

/**
 * The labels as an array of numbers or of strings. Raises {@link InputError} for more than one dimension, for what is
 * no label (NaN, infinity and null among it), and for numbers among strings.
 */
export const toLabels = (y: LabelsLike, name = 'y'): Label[] => Array.from(readLabels(y, name));

/**
 * Labels as codes into the sorted distinct classes: numbers by value, strings by code point, as NumPy sorts them.
 * Raises {@link InputError} for what is no label, for numbers among strings, and for numbers with a fraction.
 *
 * @example
 * encodeLabels(['spam', 'ham', 'spam']); // { classes: ['ham', 'spam'], codes: Int32Array [1, 0, 1] }
 */
export function encodeLabels(y: LabelsLike, name = 'y'): Labels {
  const labels = readLabels(y, name);
  const encoded = sortClasses(factorize(labels));
  if (targetType(encoded.classes) === 'continuous') {
    const row = Array.prototype.findIndex.call(labels, (label) => !Number.isInteger(label));
    throw new InputError(
      `${name} holds ${labels[row]} in row ${row}: class labels are integers or strings, not continuous values`,
    );
  }
  return encoded;
}

/** Labels as codes into the distinct ones in the order of their first appearance, as pandas' `factorize`. */
export function factorize(labels: ArrayLike<Label>): Labels {
  const codeOf = new Map<Label, number>();
  const codes = allocate('int32', labels.length);
  for (let row = 0; row < codes.length; row++) {
    let code = codeOf.get(labels[row]);
    if (code === undefined) codeOf.set(labels[row], (code = codeOf.size));
    codes[row] = code;
  }
  return { classes: [...codeOf.keys()], codes };
}

/** The labels that codes stand for. */
export const decodeLabels = (codes: ArrayLike<number>, classes: readonly Label[]): Label[] =>
  Array.from(codes, (code) => classes[code]);

/** The labels of the given rows. */
export const labelsAt = ({ classes, codes }: Labels, rows: ArrayLike<number>): Label[] =>
  Array.from(rows, (row) => classes[codes[row]]);

/** The same labels with their classes sorted; the codes are changed in place. */
export function sortClasses({ classes, codes }: Labels): Labels {
  const sorted = uniqueLabels(classes);
  const places = new Map(sorted.map((label, code) => [label, code]));
  const newCodes = Int32Array.from(classes, (label) => places.get(label)!);
  for (let row = 0; row < codes.length; row++) codes[row] = newCodes[codes[row]];
  return { classes: sorted, codes };
}

/** The distinct labels: numbers by size, strings by code point. */
export const uniqueLabels = (...lists: readonly (readonly Label[])[]): Label[] =>
  [...new Set(lists.flatMap((list) => [...new Set(list)]))].sort(compareLabels);

const compareLabels = (a: Label, b: Label): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareStrings(String(a), String(b));

/** How many members each of `n` codes has. */
export function countCodes(codes: ArrayLike<number>, n: number): Int32Array {
  const counts = new Int32Array(n);
  for (let i = 0; i < codes.length; i++) counts[codes[i]]++;
  return counts;
}

export type TargetType = 'binary' | 'multiclass' | 'continuous';

/** What kind of target these labels are: numbers with a fraction are no classes. */
export function targetType(labels: readonly Label[]): TargetType {
  const distinct = new Set(labels);
  for (const label of distinct) if (typeof label === 'number' && !Number.isInteger(label)) return 'continuous';
  return distinct.size > 2 ? 'multiclass' : 'binary';
}

/** Checked labels, those of a numeric array or block in their own memory. */
function readLabels(y: LabelsLike, name: string): ArrayLike<Label> {
  const values = valuesOf(y, name);
  for (let row = 0; row < values.length; row++) {
    const label = values[row];
    if (typeof label !== 'string' && !Number.isFinite(label)) {
      throw new InputError(`${name} must hold strings or finite numbers, but row ${row} holds ${describe(label)}`);
    }
    if (typeof label !== typeof values[0]) {
      throw new InputError(
        `${name} mixes numbers and strings: row 0 holds ${describe(values[0])}, row ${row} ${describe(label)}`,
      );
    }
  }
  return values as ArrayLike<Label>;
}

function valuesOf(y: LabelsLike, name: string): ArrayLike<unknown> {
  if (isVector(y) && !isNumericVector(y)) return stringsOf(y, name);
  if (isVector(y) || isBlock(y) || dtypeOf(y) || y instanceof BigInt64Array || y instanceof BigUint64Array) {
    return numbersOf(toBlock(y as Block, name), name);
  }
  const length: unknown = typeof y === 'object' ? y?.length : undefined;
  if (typeof length !== 'number') {
    throw new InputError(
      `${name} is ${describe(y)}; give an array, a typed array, a Block or an Arrow vector of labels`,
    );
  }
  return Array.from<unknown, unknown>(y, (label) => (typeof label === 'bigint' ? asNumber(label) : label));
}

const asNumber = (label: bigint): number | bigint => (Number.isSafeInteger(Number(label)) ? Number(label) : label);

function stringsOf(vector: VectorLike, name: string): unknown[] {
  const labels = Array.from({ length: vector.length }, (_, row) => vector.get(row));
  const missing = labels.indexOf(null);
  if (missing >= 0) throw new InputError(`${name} has a null in row ${missing}: every sample needs a label`);
  return labels;
}

function numbersOf({ data, shape }: Block, name: string): ArrayLike<number> {
  const isColumn = shape.length === 2 && shape[1] === 1;
  if (shape.length === 1 || isColumn) return data;
  throw new InputError(`${name} must have one dimension, one label per sample, but its shape is [${shape.join(', ')}]`);
}
