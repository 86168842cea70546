/** From a reduction's name and axes to its node: what is reduced, by what, and what comes of it. */
import { sizeOf } from '../arrow/block.js';
import { checkDType, type DType, isFloat } from '../arrow/dtype.js';
import type { Aggregate } from '../expr/aggregate.js';
import { ProgramBuilder } from '../expr/program.js';
import { type ReducerName, reducers } from '../expr/reducers.js';
import { formatShape, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeReduction } from '../plan/reduction.js';
import { InputError } from '../util/errors.js';
import { checkAxes } from './axes.js';

export interface KeepOptions {
  /** Whether the reduced axes stay, with one element each. */
  readonly keepdims?: boolean;
}

export interface ReduceOptions extends KeepOptions {
  /** To which elements are cast first, and that of the result. */
  readonly dtype?: DType;
}

export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the number of elements before it divides; 0 unless told. */
  readonly ddof?: number;
}

export type Axis = number | readonly number[] | null;

export interface ReduceSpec {
  readonly who: string;
  readonly aggregate: Aggregate;
  /** What is done to each element first. */
  readonly prepare?: (builder: ProgramBuilder, value: number) => number;
  /** The dtypes of what the aggregate gives, for elements of a dtype. */
  readonly gives: (dtype: DType) => readonly DType[];
  /** From that to the result; the first of it unless told. */
  readonly finish?: (builder: ProgramBuilder, values: readonly number[]) => number;
  readonly needsElements?: boolean;
}

export function reduceNode(input: Node, spec: ReduceSpec, axis?: Axis, { keepdims = false }: KeepOptions = {}): Node {
  const { who, aggregate, prepare, gives, finish, needsElements = false } = spec;
  const reduced = checkAxes(axis, input.chunks.length, who);
  const shape = shapeOf(input.chunks);
  if (needsElements && sizeOf(reduced.map((at) => shape[at]!)) === 0 && sizeOf(shapeWithout(shape, reduced)) !== 0) {
    throw new InputError(`${who} of no elements has no answer: the shape is ${formatShape(shape)}`);
  }
  const builder = new ProgramBuilder();
  const element = builder.input(0, input.dtype);
  const value = prepare ? prepare(builder, element) : element;
  const last = new ProgramBuilder();
  const given = gives(builder.dtypeOf(value)).map((dtype, i) => last.input(i, dtype));
  return makeReduction(
    {
      program: builder.build(value),
      axes: [input.chunks.map((_, at) => at)],
      aggregate,
      reduced,
      keepdims,
      finish: last.build(finish ? finish(last, given) : given[0]!),
      space: input.chunks,
    },
    [input],
  );
}

const shapeWithout = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.filter((_, axis) => !axes.includes(axis));

/** One of the reducers that loops compute; floats come to their own dtype again. */
export function foldNode(
  input: Node,
  reducer: ReducerName,
  axis?: Axis,
  { dtype, ...options }: ReduceOptions = {},
  who: string = reducer,
  prepare: ReduceSpec['prepare'] = (_, value) => value,
): Node {
  const isLogical = reducer === 'any' || reducer === 'all';
  const to = dtype && checkDType(dtype);
  const toCast = isLogical ? 'bool' : to;
  let result = to;
  const spec: ReduceSpec = {
    who,
    aggregate: { row: 'fold', reducer },
    prepare(builder, value) {
      const prepared = prepare(builder, value);
      const cast = toCast ? builder.cast(prepared, toCast) : prepared;
      const own = builder.dtypeOf(cast);
      if (!to && isFloat(own)) result = own;
      return cast;
    },
    gives: (own) => [reducers[reducer].accumulator(own), 'float64'],
    finish: (builder, [value]) => (result ? builder.cast(value!, result) : value!),
    needsElements: !reducers[reducer].hasIdentity,
  };
  return reduceNode(input, spec, axis, options);
}

/** The dtype of a mean: that of a float, float64 of integers. */
export const meanDType = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float64');

/** NaN made `value`; integers have none. */
export const withoutNaN = (builder: ProgramBuilder, element: number, value: number): number => {
  const dtype = builder.dtypeOf(element);
  if (!isFloat(dtype)) return element;
  return builder.call('where', builder.call('isnan', element), builder.constant(value, dtype), element);
};
