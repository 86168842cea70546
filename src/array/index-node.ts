/** From an index to the nodes of what it takes: first all that is regular, then what is listed, and the axes in NumPy's order at last. */
import { sizeOf } from '../arrow/block.js';
import { ProgramBuilder } from '../expr/program.js';
import { type Chunks, formatShape, shapeOf } from '../plan/chunks.js';
import { makeCompress } from '../plan/compress.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeSlice, type Ranges } from '../plan/slice.js';
import { areRuns, makeTake, runChunks } from '../plan/take.js';
import { makeTakeBy } from '../plan/take-by.js';
import { InputError } from '../util/errors.js';
import { type Entry, type Index, readIndex } from './index-entries.js';
import { walkNode } from './operands.js';

type Kind<K extends Entry['kind']> = Extract<Entry, { readonly kind: K }>;
type Listed = Kind<'list'>;

const isArray = (entry: Entry): entry is Kind<'list' | 'by' | 'mask'> =>
  entry.kind === 'list' || entry.kind === 'by' || entry.kind === 'mask';

/** What an index takes of an array; pointwise, the axes of what is listed come first anyway. Raises {@link InputError} for what does not exist. */
export function indexNode(input: Node, index: Index, who: string, { isPointwise = false } = {}): Node {
  const entries = readIndex(index, input.chunks, who);
  const kept = withoutIntegers(makeSlice(input, rangesOf(entries, input.chunks.length)), entries);
  const arrays = entries.filter(isArray);
  const listed = arrays.filter((entry): entry is Listed => entry.kind === 'list');
  const at = isPointwise ? { range: 0, item: 0 } : placeOf(entries);
  let [found, begin, count] = [kept, 0, 0];
  if (listed.length > 0) {
    if (listed.length < arrays.length) throw onlyOne(who);
    const shape = broadcast(
      listed.map((entry) => entry.shape),
      who,
    );
    const axes = listed.map(({ axis }) => axisAfter(entries, axis));
    const lists = listed.map((entry) => spread(entry, shape));
    found = makeTake(kept, { axes, at: at.range, shape, lists });
    [begin, count] = [at.range, shape.length];
  } else if (arrays.length > 0) {
    if (arrays.length > 1) throw onlyOne(who);
    const { kind, axis, node } = arrays[0] as Kind<'by' | 'mask'>;
    begin = axisAfter(entries, axis);
    count = kind === 'by' ? node.chunks.length : 1;
    found = kind === 'by' ? takeByNode(kept, node, begin) : compressNode(kept, node, begin);
  }
  return makePermute(found, orderOf(entries, at.item, begin, count));
}

const onlyOne = (who: string): InputError =>
  new InputError(`${who}: a computed array is the only array of its index: compute it first, or index twice`);

/** What is taken of each axis; integers leave one element. */
export function rangesOf(entries: readonly Entry[], ndim: number): Ranges {
  const ranges: Ranges[number][] = new Array(ndim).fill(null);
  for (const entry of entries) {
    if (entry.kind === 'range') ranges[entry.axis] = entry.range;
    if (entry.kind === 'integer') ranges[entry.axis] = { start: entry.at, step: 1, extent: 1 };
  }
  return ranges;
}

function withoutIntegers(sliced: Node, entries: readonly Entry[]): Node {
  const gone = new Set(entries.flatMap((entry) => (entry.kind === 'integer' ? [entry.axis] : [])));
  return makePermute(
    sliced,
    sliced.chunks.flatMap((_, axis) => (gone.has(axis) ? [] : [axis])),
  );
}

/** The number of an axis once those of integers are gone. */
const axisAfter = (entries: readonly Entry[], axis: number): number =>
  axis - entries.filter((entry) => entry.kind === 'integer' && entry.axis < axis).length;

/**
 * Where the axes of what is listed come, as in NumPy: where the arrays and integers stand if these are neighbours, first
 * otherwise. Counted in axes of ranges, and with new axes.
 */
function placeOf(entries: readonly Entry[]): { readonly range: number; readonly item: number } {
  const isTogether = (entry: Entry): boolean => isArray(entry) || entry.kind === 'integer';
  const first = entries.findIndex(isTogether);
  const last = entries.findLastIndex(isTogether);
  if (!entries.some(isArray) || !entries.slice(first, last + 1).every(isTogether)) return { range: 0, item: 0 };
  const before = entries.slice(0, first);
  return {
    range: before.filter(({ kind }) => kind === 'range').length,
    item: before.filter(({ kind }) => kind !== 'gap').length,
  };
}

/** The order of the axes of the result, where those listed are `count` from `begin` on. */
function orderOf(entries: readonly Entry[], item: number, begin: number, count: number): (number | null)[] {
  let axis = 0;
  const items = entries.flatMap(({ kind }): (number | null)[] => {
    if (kind === 'newaxis') return [null];
    if (kind !== 'range') return [];
    const own = axis++;
    return [own < begin ? own : own + count];
  });
  return items.toSpliced(item, 0, ...Array.from({ length: count }, (_, i) => begin + i));
}

/** The shape that arrays of places have together. */
function broadcast(shapes: readonly (readonly number[])[], who: string): number[] {
  const ndim = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: ndim }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - ndim + shape.length] ?? 1).filter((extent) => extent !== 1);
    if (extents.some((extent) => extent !== extents[0])) {
      throw new InputError(
        `${who} cannot broadcast index arrays of shapes ${shapes.map(formatShape).join(' and ')} together`,
      );
    }
    return extents[0] ?? 1;
  });
}

/** The places, repeated along the axes that they are broadcast to. */
function spread({ shape: own, places }: Listed, shape: readonly number[]): Int32Array {
  if (places.length === sizeOf(shape)) return places;
  let spreaded = places;
  // From the last axis on: each element, or each run of elements behind it, is repeated.
  let run = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = own[axis - shape.length + own.length] ?? 1;
    if (extent !== shape[axis]) spreaded = repeated(spreaded, run, shape[axis]!);
    run *= shape[axis]!;
  }
  return spreaded;
}

function repeated(values: Int32Array, run: number, times: number): Int32Array {
  const result = new Int32Array(values.length * times);
  for (let from = 0, to = 0; to < result.length; from += run) {
    const part = values.subarray(from, from + run);
    for (let i = 0; i < times; i++, to += run) result.set(part, to);
  }
  return result;
}

/** Elements along an axis where computed integers say. */
export function takeByNode(input: Node, indices: Node, axis: number): Node {
  const whole = makeRechunk(input, input.chunks.with(axis, [shapeOf(input.chunks)[axis]!]));
  return makeTakeBy(whole, asNumbers(indices), axis);
}

/** Integers as numbers, which are exact up to 2^53. */
export function asNumbers(node: Node): Node {
  if (node.dtype !== 'int64' && node.dtype !== 'uint64') return node;
  const builder = new ProgramBuilder();
  return walkNode(builder, builder.cast(builder.input(0, node.dtype), 'float64'), [node], 'index');
}

/** The elements where a computed mask over the axes from `axis` on is true, in C order. */
export function compressNode(input: Node, mask: Node, axis: number): Node {
  const { length } = mask.chunks;
  const cut = asRuns(input.chunks.slice(axis, axis + length));
  const whole = makeRechunk(input, input.chunks.toSpliced(axis, length, ...cut));
  return makeCompress(whole, makeRechunk(mask, cut), axis);
}

/** Chunks of about the same size of which each is one run of the whole in C order. */
export function asRuns(chunks: Chunks): Chunks {
  if (areRuns(chunks)) return chunks;
  const most = chunks.reduce((product, extents) => product * Math.max(...extents), 1);
  return runChunks(shapeOf(chunks), most);
}
