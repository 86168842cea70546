/** What depends on the order of elements: sorting, ranks, places of extremes. */
import { sizeOf } from '../arrow/block.js';
import { type DType, isFloat, itemsize, promote } from '../arrow/dtype.js';
import { identityOf, ProgramBuilder } from '../expr/program.js';
import { AUTO_BYTES, type ChunksLike, formatShape, isKnown, normalizeChunks, shapeOf } from '../plan/chunks.js';
import { makeEachBlock } from '../plan/each-block.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeReduction } from '../plan/reduction.js';
import { InputError } from '../util/errors.js';
import { checkAxes, checkAxis, checkNumbers } from './axes.js';
import { castNode } from './elementwise.js';
import { nodeOf } from './operands.js';
import { type Axis, type KeepOptions, meanDType, reduceNode } from './reduce.js';

/** The array with one chunk along the axes; others are cut further where chunks would be too large. */
export function wholeAlong(input: Node, axes: readonly number[], who: string): Node {
  const { chunks, dtype } = input;
  if (axes.every((axis) => chunks[axis]!.length === 1)) return input;
  if (!isKnown(chunks)) throw new InputError(`${who} takes chunks of known sizes: use computeChunkSizes first`);
  const shape = shapeOf(chunks);
  const largest = chunks.map((extents, axis) => (axes.includes(axis) ? shape[axis]! : Math.max(...extents)));
  const isTooLarge = sizeOf(largest) * itemsize(dtype) > AUTO_BYTES;
  const cut: ChunksLike = chunks.map((extents, axis) => (axes.includes(axis) ? -1 : isTooLarge ? 'auto' : extents));
  return makeRechunk(input, normalizeChunks(cut, shape, dtype));
}

export function sortNode(input: Node, axis: number, who: 'sort' | 'argsort'): Node {
  const along = checkAxis(axis, input.chunks.length, who);
  const whole = wholeAlong(input, [along], who);
  const params = { op: `expr/rows.js#${who}`, params: { axis: along } };
  return makeEachBlock(params, [whole], who === 'sort' ? input.dtype : 'int64', whole.chunks);
}

/** Where the smallest or the largest element is. */
export function extremeNode(
  input: Node,
  reducer: 'min' | 'max',
  axis?: number | null,
  { skipNaN = false, ...options }: KeepOptions & { readonly skipNaN?: boolean } = {},
): Node {
  const who = `${skipNaN ? 'nanarg' : 'arg'}${reducer}`;
  if (typeof axis === 'object' && axis !== null) throw new InputError(`${who} takes one axis, or none for all`);
  if (!isKnown(input.chunks)) throw new InputError(`${who} takes chunks of known sizes: use computeChunkSizes first`);
  const gives = (): readonly DType[] => ['int64'];
  const aggregate = { row: 'extremes', reducer, skipNaN } as const;
  return reduceNode(input, { who, aggregate, gives, needsElements: true }, axis, options);
}

/** The largest elements along an axis, or the smallest for a negative k; or their places. */
export function topNode(input: Node, k: number, axis: number, who: 'topk' | 'argtopk'): Node {
  const along = checkAxis(axis, input.chunks.length, who);
  if (!Number.isInteger(k) || k === 0) throw new InputError(`${who} takes a whole number other than 0, got ${k}`);
  const { chunks, dtype } = input;
  if (!isKnown(chunks)) throw new InputError(`${who} takes chunks of known sizes: use computeChunkSizes first`);
  const builder = new ProgramBuilder();
  const given = [builder.input(0, dtype), builder.input(1, 'int64')];
  const finish = who === 'topk' ? identityOf(dtype) : builder.build(given[1]!);
  return makeReduction(
    {
      program: identityOf(dtype),
      axes: [chunks.map((_, at) => at)],
      aggregate: { row: 'topk', k, axis: along },
      reduced: [along],
      keepdims: true,
      left: Math.min(Math.abs(k), shapeOf(chunks)[along]!),
      finish,
      space: chunks,
    },
    [input],
  );
}

export interface QuantileOptions extends KeepOptions {
  readonly skipNaN?: boolean;
  readonly who?: string;
}

/** Exact quantiles, linear between neighbours: along axes of one chunk, or of all elements by two passes over them. */
export function quantileNode(
  input: Node,
  q: number | readonly number[],
  axis: Axis | undefined,
  { keepdims = false, skipNaN = false, who = 'quantile' }: QuantileOptions = {},
): Node {
  const hasAxis = typeof q !== 'number';
  const all = checkNumbers(q, who, 'a share, or a list of them');
  const wrong = all.find((one) => !(one >= 0 && one <= 1));
  if (wrong !== undefined) throw new InputError(`${who} takes quantiles from 0 to 1, got ${wrong}`);
  const axes = checkAxes(axis, input.chunks.length, who);
  const dtype = hasAxis || input.dtype !== 'float32' ? 'float64' : 'float32';
  const kept = (chunks: Node['chunks']) =>
    chunks.flatMap((extents, at) => (axes.includes(at) ? (keepdims ? [[1]] : []) : [extents]));
  const isSpread = axes.some((at) => input.chunks[at]!.length > 1);
  if (!isSpread || axes.length < input.chunks.length) {
    const whole = wholeAlong(input, axes, who);
    const params = { axes, q: all, hasAxis, skipNaN, keepdims, dtype };
    const chunks = [...(hasAxis ? [[all.length]] : []), ...kept(whole.chunks)];
    return makeEachBlock({ op: 'expr/rows.js#quantile', params }, [whole], dtype, chunks);
  }
  const floats = castNode(input, 'float64');
  const found = selectionNode(floats, all, skipNaN);
  const shape = [...(hasAxis ? [all.length] : []), ...kept(input.chunks).map(() => 1)];
  const shaped = makeEachBlock(
    { op: 'expr/lookup.js#shaped', params: { shape } },
    [found],
    'float64',
    shape.map((extent) => [extent]),
  );
  return castNode(shaped, dtype);
}

function selectionNode(input: Node, q: readonly number[], skipNaN: boolean): Node {
  const { chunks } = input;
  const walk = {
    program: identityOf('float64'),
    axes: [chunks.map((_, at) => at)],
    reduced: chunks.map((_, at) => at),
    keepdims: false,
    finish: identityOf('float64'),
    space: chunks,
  };
  const ranks = makeReduction({ ...walk, aggregate: { row: 'ranks' }, result: [[Number.NaN]] }, [input]);
  return makeReduction(
    {
      ...walk,
      axes: [...walk.axes, [-1]],
      program: { ...walk.program, inputs: ['float64', 'float64'] },
      aggregate: { row: 'selection', q, skipNaN },
      tables: [1],
      result: [[q.length]],
    },
    [input, ranks],
  );
}

/** A one-dimensional array of one chunk, to look up in, and what is looked up, in one dtype. */
function lookupOf(node: Node, input: Node, who: string): { readonly table: Node; readonly input: Node } {
  if (node.chunks.length !== 1) {
    throw new InputError(
      `${who} looks up in an array of one axis, and this one is ${formatShape(shapeOf(node.chunks))}`,
    );
  }
  const dtype = promote(node.dtype, input.dtype);
  return { table: castNode(wholeAlong(node, [0], who), dtype), input: castNode(input, dtype) };
}

export type Side = 'left' | 'right';

export function searchNode(sorted: Node, values: unknown, side: Side): Node {
  if (side !== 'left' && side !== 'right') {
    throw new InputError(`searchsorted takes 'left' or 'right' as its side, got ${JSON.stringify(side)}`);
  }
  const { table, input } = lookupOf(sorted, nodeOf(values, 'searchsorted'), 'searchsorted');
  const params = { op: 'expr/lookup.js#search', params: { right: side === 'right' } };
  return makeEachBlock(params, [input, table], 'int64', input.chunks);
}

export function digitizeNode(input: Node, bins: unknown, right: boolean): Node {
  const found = lookupOf(nodeOf(bins, 'digitize'), input, 'digitize');
  const params = { op: 'expr/lookup.js#digitize', params: { right } };
  return makeEachBlock(params, [found.input, found.table], 'int64', input.chunks);
}

export function isInNode(input: Node, values: unknown, invert: boolean): Node {
  const node = nodeOf(values, 'isin');
  const dtype = promote(node.dtype, input.dtype);
  const whole = wholeAlong(
    castNode(node, dtype),
    node.chunks.map((_, axis) => axis),
    'isin',
  );
  const params = { op: 'expr/lookup.js#isIn', params: { invert } };
  return makeEachBlock(params, [castNode(input, dtype), whole], 'bool', input.chunks);
}

/** The median: of integers float64. */
export const medianNode = (input: Node, axis: Axis | undefined, options: QuantileOptions): Node =>
  castNode(quantileNode(input, 0.5, axis, options), isFloat(input.dtype) ? input.dtype : meanDType(input.dtype));
