/** Means, variances and central moments. */

import { checkDType, isFloat } from '../arrow/dtype.js';
import type { ProgramBuilder } from '../expr/program.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { type Axis, meanDType, type ReduceOptions, reduceNode, type VarianceOptions } from './reduce.js';

/** The mean: a sum, divided by the number of elements. */
export function meanNode(input: Node, axis?: Axis, { dtype, ...options }: ReduceOptions = {}): Node {
  const to = dtype ? checkDType(dtype) : meanDType(input.dtype);
  return reduceNode(
    input,
    {
      who: 'mean',
      aggregate: { row: 'fold', reducer: 'sum' },
      prepare: (builder, value) => builder.cast(value, meanDType(to)),
      gives: () => ['float64', 'float64'],
      finish: (builder, [sum, count]) => builder.cast(builder.call('divide', sum!, count!), to),
    },
    axis,
    options,
  );
}

interface MomentSpec {
  readonly who: string;
  readonly order: number;
  readonly skipNaN?: boolean;
  /** Of the count, the sum, and the sums of powers of differences from the mean. */
  readonly finish: (builder: ProgramBuilder, values: readonly number[]) => number;
}

export function momentNode(
  input: Node,
  spec: MomentSpec,
  axis?: Axis,
  { dtype, ...options }: ReduceOptions = {},
): Node {
  const { who, order, skipNaN = false, finish } = spec;
  const to = dtype ? checkDType(dtype) : meanDType(input.dtype);
  if (!isFloat(to)) throw new InputError(`${who} gives floats: its dtype is float32 or float64, not ${to}`);
  return reduceNode(
    input,
    {
      who,
      aggregate: { row: 'moments', order, skipNaN },
      prepare: (builder, value) => builder.cast(value, to),
      gives: () => new Array(order + 1).fill('float64'),
      finish: (builder, values) => builder.cast(finish(builder, values), to),
    },
    axis,
    options,
  );
}

/** The variance, or its root. */
export function varianceNode(
  input: Node,
  { who, isRoot, skipNaN }: { readonly who: string; readonly isRoot: boolean; readonly skipNaN: boolean },
  axis?: Axis,
  { ddof = 0, ...options }: VarianceOptions = {},
): Node {
  if (!Number.isFinite(ddof)) throw new InputError(`${who} takes a number as ddof, got ${ddof}`);
  const finish = (builder: ProgramBuilder, [count, , squares]: readonly number[]): number => {
    const constant = (value: number) => builder.constant(value, 'float64');
    const free = builder.call('maximum', builder.call('subtract', count!, constant(ddof)), constant(0));
    // Where NaN is skipped, nothing left has no variance; else a division by zero is what NumPy says.
    const variance = builder.call('divide', squares!, free);
    const result = isRoot ? builder.call('sqrt', variance) : variance;
    if (!skipNaN) return result;
    return builder.call('where', builder.call('greater', free, constant(0)), result, constant(Number.NaN));
  };
  return momentNode(input, { who, order: 2, skipNaN, finish }, axis, options);
}

/** The mean of a power of the differences from the mean. */
/** Beyond, powers of differences are infinite or nothing. */
const HIGHEST_ORDER = 64;

export function centralMomentNode(
  input: Node,
  order: number,
  axis?: Axis,
  { ddof = 0, ...options }: VarianceOptions = {},
): Node {
  if (!Number.isInteger(order) || order < 0 || order > HIGHEST_ORDER) {
    throw new InputError(`moment takes an order from 0 to ${HIGHEST_ORDER}, a whole number, got ${describe(order)}`);
  }
  const finish = (builder: ProgramBuilder, values: readonly number[]): number => {
    const [count] = values;
    if (order < 2) return builder.constant(order === 0 ? 1 : 0, 'float64');
    const free = builder.call('subtract', count!, builder.constant(ddof, 'float64'));
    return builder.call('divide', values[order]!, free);
  };
  return momentNode(input, { who: 'moment', order: Math.max(1, order), finish }, axis, options);
}

export const nanMeanNode = (input: Node, axis?: Axis, options?: ReduceOptions): Node =>
  momentNode(
    input,
    {
      who: 'nanmean',
      order: 1,
      skipNaN: true,
      finish: (builder, [count, sum]) => builder.call('divide', sum!, count!),
    },
    axis,
    options,
  );
