/** Class labels: reading them from any array, ordering them, and turning them into codes. */
import { type Block, isBlock } from '../arrow/block.js';
import { compareStrings } from '../util/compare.js';
import { InputError } from '../util/errors.js';
import type { Label, Labels } from './estimator.js';

/** One label per row: strings, or numbers. A one-dimensional Block will do, and 64-bit integers are read as numbers. */
export type LabelValues = ArrayLike<Label | bigint> | Block;

/** The labels as an array. Raises {@link InputError} for NaN, for what is no label, and for strings among numbers. */
export function labelsOf(values: LabelValues, name: string): readonly Label[] {
  if (isBlock(values) && values.shape.length !== 1) {
    throw new InputError(`${name} must have one dimension, got a block of shape [${values.shape.join(', ')}]`);
  }
  const labels = Array.from<Label | bigint>(isBlock(values) ? values.data : values);
  let strings = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (typeof label === 'bigint') labels[i] = Number(label);
    else if (typeof label === 'string') strings++;
    else if (!Number.isFinite(label)) {
      throw new InputError(`${name}[${i}] is ${String(label)}: a label must be a string or a finite number`);
    }
  }
  if (strings > 0 && strings < labels.length) {
    throw new InputError(
      `${name} has ${strings} strings among ${labels.length} labels: use strings only, or numbers only`,
    );
  }
  return labels as Label[];
}

const compareLabels = (a: Label, b: Label): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareStrings(String(a), String(b));

/** The distinct labels: numbers by size, strings by code point. */
export const uniqueLabels = (...lists: readonly (readonly Label[])[]): Label[] =>
  [...new Set(lists.flatMap((list) => [...new Set(list)]))].sort(compareLabels);

/** The labels as codes into their sorted distinct values. */
export function encodeLabels(labels: readonly Label[]): Labels {
  const classes = uniqueLabels(labels);
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  return { classes, codes: Int32Array.from(labels, (label) => codeOf.get(label)!) };
}

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
