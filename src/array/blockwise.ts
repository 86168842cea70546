/** blockwise: a function of the blocks of arrays whose axes are labelled, as in Einstein's notation. */
import type { DType } from '../arrow/dtype.js';
import type { Label } from '../plan/blockwise.js';
import { type Chunks, common, formatShape, isKnown, sameExtents, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { ArrayCore } from './core.js';
import { functionNode, takeOptions } from './map-blocks.js';
import type { AnyFunction } from './user-function.js';

/** One label for each axis: the letters of a string, or anything in an array. */
export type AxisLabels = string | readonly Label[];

export interface BlockwiseOptions {
  /** Of the results; found by calling the function on a tiny block unless told. */
  readonly dtype?: DType;
  /** The extent, or the extents of the chunks, along labels that no array has. */
  readonly newAxes?: Readonly<Record<string, number | readonly number[]>>;
  /** The extents of the result's chunks along labels where the function changes them: one for all, all, or from the old to the new. */
  readonly adjustChunks?: Readonly<Record<string, number | readonly number[] | ((extent: number) => number)>>;
  /** Whether arrays are cut alike first (default true). */
  readonly alignArrays?: boolean;
  /** Whether blocks along labels that the result lacks come in one block (true), or in arrays in arrays (default). */
  readonly concatenate?: boolean;
}

const optionNames = ['dtype', 'newAxes', 'adjustChunks', 'alignArrays', 'concatenate'];

export function blockwiseNode(fn: AnyFunction, outIndex: AxisLabels, given: readonly unknown[]): Node {
  const [pairs, options] = takeOptions<BlockwiseOptions>(given, optionNames);
  if (pairs.length % 2 !== 0) {
    throw new InputError(`blockwise takes an index after each argument, null for a value, got ${pairs.length} of both`);
  }
  const values = pairs.filter((_, i) => i % 2 === 0);
  const indices = pairs.filter((_, i) => i % 2 === 1).map((index) => (index === null ? null : labelsOf(index)));
  values.forEach((value, i) => {
    checkIndex(value, indices[i]!);
  });
  const { dtype, newAxes = {}, adjustChunks = {}, alignArrays = true, concatenate = false } = options;
  const byLabel = chunksByLabel(values, indices, alignArrays);
  const args = values.map((value, i) => {
    if (!(value instanceof ArrayCore) || !alignArrays) return value;
    const cut = value.chunks.map((extents, axis) => (isOne(extents) ? extents : byLabel.get(indices[i]![axis]!)!));
    return new ArrayCore(makeRechunk(value.node, cut));
  });
  for (const [label, extents] of Object.entries(newAxes)) {
    if (byLabel.has(label)) throw new InputError(`blockwise: the new axis ${label} is one of an array's already`);
    byLabel.set(label, typeof extents === 'number' ? [extents] : extents);
  }
  const out = labelsOf(outIndex);
  const chunks = out.map((label) => {
    const extents = byLabel.get(label);
    if (extents) return adjusted(extents, adjustChunks[label], label);
    throw new InputError(
      `blockwise: no array has the axis ${label} of the result; newAxes tells the extents of new ones`,
    );
  });
  const arrayLabels = indices.filter((index) => index !== null);
  return functionNode({
    who: 'blockwise',
    fn,
    args,
    dtype,
    out,
    labels: (_, i) => arrayLabels[i]!,
    chunks,
    concatenate,
  });
}

function labelsOf(index: unknown): readonly Label[] {
  const labels = typeof index === 'string' ? [...index] : index;
  if (!Array.isArray(labels))
    throw new InputError(`an index of blockwise is a string or an array of labels, got ${describe(index)}`);
  const seen = new Set(labels);
  if (seen.size < labels.length) throw new InputError(`the index ${labels.join('')} names an axis twice`);
  return labels;
}

function checkIndex(value: unknown, index: readonly Label[] | null): void {
  if (!(value instanceof ArrayCore)) {
    if (index === null) return;
    throw new InputError(
      `blockwise: the index ${index.join('')} is that of ${describe(value)}, which is no chunked array: give null`,
    );
  }
  if (index?.length === value.ndim) return;
  throw new InputError(
    `blockwise: an array of shape ${formatShape(value.shape)} has ${value.ndim} axes, and its index ${index ? index.join('') : 'null'}`,
  );
}

const isOne = (extents: readonly number[]): boolean => extents.length === 1 && extents[0] === 1;

function chunksByLabel(
  values: readonly unknown[],
  indices: readonly (readonly Label[] | null)[],
  alignArrays: boolean,
): Map<Label, readonly number[]> {
  const byLabel = new Map<Label, readonly number[]>();
  values.forEach((value, i) => {
    if (!(value instanceof ArrayCore)) return;
    value.chunks.forEach((extents, axis) => {
      const label = indices[i]![axis]!;
      const other = byLabel.get(label);
      byLabel.set(label, other ? met(other, extents, label, alignArrays) : extents);
    });
  });
  return byLabel;
}

/** What two arrays have along a label: axes of one element meet any. */
function met(a: readonly number[], b: readonly number[], label: Label, alignArrays: boolean): readonly number[] {
  if (isOne(b) || sameExtents(a, b)) return a;
  if (isOne(a)) return b;
  if (!alignArrays) {
    if (a.length === b.length || b.length === 1) return a;
    if (a.length === 1) return b;
    throw new InputError(`blockwise: along ${label} one array has ${a.length} blocks and another ${b.length}`);
  }
  const [n, m] = shapeOf([a, b]);
  if (isKnown([a, b]) && n === m) return common(a, b);
  throw new InputError(
    isKnown([a, b])
      ? `blockwise: along ${label} one array has ${n} elements and another ${m}`
      : `blockwise: along ${label} arrays have chunks of unknown sizes that may not fit: use computeChunkSizes first`,
  );
}

function adjusted(
  extents: readonly number[],
  change: number | readonly number[] | ((extent: number) => number) | undefined,
  label: Label,
): Chunks[number] {
  if (change === undefined) return extents;
  if (typeof change === 'function') return extents.map(change);
  if (typeof change === 'number') return extents.map(() => change);
  if (change.length === extents.length) return change;
  throw new InputError(
    `adjustChunks gives ${change.length} extents along ${label}, where there are ${extents.length} blocks`,
  );
}
