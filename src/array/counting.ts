/** Counts: histograms, of small integers, and of distinct values. */
import { allocate } from '../arrow/block.js';
import { type DType, isFloat } from '../arrow/dtype.js';
import { identityOf, ProgramBuilder } from '../expr/program.js';
import { evenEdges } from '../kernels/bins.js';
import { formatShape, isKnown, shapeOf } from '../plan/chunks.js';
import { makeEachBlock } from '../plan/each-block.js';
import type { Node } from '../plan/node.js';
import { makeReduction, type ReductionParams } from '../plan/reduction.js';
import { InputError } from '../util/errors.js';
import { castNode } from './elementwise.js';
import { align, blockNode, nodeOf } from './operands.js';
import { wholeAlong } from './ordering.js';
import { foldNode } from './reduce.js';

export interface HistogramOptions {
  /** The lower and the upper end of the bins; those of the elements unless told. */
  readonly range?: readonly [number, number];
  /** What each element counts, an array of the same shape. */
  readonly weights?: unknown;
  /** Whether counts are divided by their sum and the width of their bins. */
  readonly density?: boolean;
}

type FloatDType = 'float32' | 'float64';

/** The nodes of the counts and of the edges. */
export function histogramNodes(
  input: Node,
  bins: unknown,
  { range, weights, density = false }: HistogramOptions,
): readonly [Node, Node] {
  const isNumber = typeof bins === 'number';
  const dtype: FloatDType = input.dtype === 'float32' ? 'float32' : 'float64';
  const edges = isNumber ? edgesNode(input, checkBins(bins), range, dtype) : givenEdges(bins);
  const { values, beside, inputs, axes, space } = weighted(castNode(input, dtype), weights, 'histogram');
  const result = [[shapeOf(edges.chunks)[0]! - 1]];
  const isWhole = !beside && !density;
  const params: ReductionParams = {
    ...values,
    ...(beside && { beside }),
    axes: [...axes, [-1]],
    program: { ...values.program, inputs: [...values.program.inputs, edges.dtype] },
    aggregate: { row: 'histogram', isUniform: isNumber },
    reduced: space.map((_, axis) => axis),
    keepdims: false,
    finish: isWhole ? toInt64 : identityOf('float64'),
    space,
    tables: [inputs.length],
    result,
  };
  const counts = makeReduction(params, [...inputs, edges]);
  if (!density) return [counts, edges];
  return [makeEachBlock({ op: 'expr/lookup.js#density', params: {} }, [counts, edges], 'float64', result), edges];
}

const toInt64 = (() => {
  const builder = new ProgramBuilder();
  return builder.build(builder.cast(builder.input(0, 'float64'), 'int64'));
})();

/** Counts of bins lie in one chunk. */
const MOST_BINS = 2 ** 31;

function checkBins(bins: number): number {
  if (Number.isInteger(bins) && bins > 0 && bins < MOST_BINS) return bins;
  throw new InputError(`histogram takes a positive number of bins below 2^31, or their edges, got ${bins}`);
}

function edgesNode(input: Node, bins: number, range: HistogramOptions['range'], dtype: FloatDType): Node {
  const [from, to] = range ?? (shapeOf(input.chunks).includes(0) ? [0, 1] : []);
  if (from !== undefined && to !== undefined) {
    if (!(from <= to) || !Number.isFinite(to - from)) {
      throw new InputError(`histogram takes a range from a number to one not below it, got [${from}, ${to}]`);
    }
    const data = allocate(dtype, bins + 1);
    data.set(evenEdges(bins, from, to));
    return blockNode({ dtype, shape: [bins + 1], data }, -1);
  }
  const ends = [foldNode(input, 'min'), foldNode(input, 'max')];
  return makeEachBlock({ op: 'expr/lookup.js#edges', params: { bins, dtype } }, ends, dtype, [[bins + 1]]);
}

function givenEdges(bins: unknown): Node {
  const node = nodeOf(bins, 'histogram');
  const shape = shapeOf(node.chunks);
  if (shape.length !== 1 || !(shape[0]! > 1)) {
    throw new InputError(`histogram takes two edges or more, in an array of one axis; these are ${formatShape(shape)}`);
  }
  return castNode(wholeAlong(node, [0], 'histogram'), 'float64');
}

/** The values of an array, and beside them weights of the same shape. */
function weighted(input: Node, weights: unknown, who: string) {
  const builder = new ProgramBuilder();
  const element = builder.input(0, input.dtype);
  if (weights === undefined) {
    const axes = [input.chunks.map((_, axis) => axis)];
    return {
      values: { program: builder.build(element) },
      beside: undefined,
      inputs: [input],
      axes,
      space: input.chunks,
    };
  }
  const node = nodeOf(weights, who);
  const [shape, other] = [shapeOf(input.chunks), shapeOf(node.chunks)];
  if (shape.length !== other.length || shape.some((extent, axis) => !Object.is(extent, other[axis]))) {
    throw new InputError(
      `${who} takes weights of the shape ${formatShape(shape)}, and these are ${formatShape(other)}`,
    );
  }
  const { chunks, aligned } = align([input, node], who);
  const weight = builder.cast(builder.input(1, node.dtype), 'float64');
  const dtypes = [input.dtype, node.dtype];
  const axes = aligned.map(() => chunks.map((_, axis) => axis));
  const programs = { values: { program: builder.build(element, dtypes) }, beside: builder.build(weight, dtypes) };
  return { ...programs, inputs: aligned, axes, space: chunks };
}

export function bincountNode(
  input: Node,
  { weights, minlength = 0 }: { readonly weights?: unknown; readonly minlength?: number },
): Node {
  if (isFloat(input.dtype) || input.chunks.length !== 1) {
    const what = `${input.dtype} of ${input.chunks.length} axes`;
    throw new InputError(`bincount takes integers in an array of one axis, and these are ${what}`);
  }
  if (!Number.isInteger(minlength) || minlength < 0) {
    throw new InputError(`bincount takes a minlength of 0 or more, got ${minlength}`);
  }
  const { values, beside, inputs, axes, space } = weighted(input, weights, 'bincount');
  return makeReduction(
    {
      ...values,
      ...(beside && { beside }),
      axes,
      aggregate: { row: 'bincount', minlength },
      reduced: [0],
      keepdims: false,
      finish: beside ? identityOf('float64') : toInt64,
      space,
      result: [[Number.NaN]],
    },
    inputs,
  );
}

/** The distinct values, how often each is there, where first, and for each element which it is. */
export function uniqueNodes(input: Node, withPlaces: boolean) {
  if (withPlaces && !isKnown(input.chunks)) {
    throw new InputError('unique tells places in chunks of known sizes: use computeChunkSizes first');
  }
  const gives: readonly DType[] = [input.dtype, 'int64', 'int64'];
  const pick = (field: number): Node => {
    const builder = new ProgramBuilder();
    const fields = gives.slice(0, field + 1).map((dtype, i) => builder.input(i, dtype));
    return makeReduction(
      {
        program: identityOf(input.dtype),
        axes: [input.chunks.map((_, axis) => axis)],
        aggregate: { row: 'unique', withPlaces },
        reduced: input.chunks.map((_, axis) => axis),
        keepdims: false,
        finish: builder.build(fields[field]!),
        space: input.chunks,
        result: [[Number.NaN]],
      },
      [input],
    );
  };
  const values = pick(0);
  const search = { op: 'expr/lookup.js#search', params: { right: false } };
  return {
    values,
    counts: () => pick(1),
    index: () => pick(2),
    inverse: () => makeEachBlock(search, [input, values], 'int64', input.chunks),
  };
}
