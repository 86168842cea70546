/** From a reduction's name and axes to its node: what is reduced, by what, and what comes of it. */
import { sizeOf } from '../arrow/block.js';
import { type DType, isFloat, kindOf } from '../arrow/dtype.js';
import { type Program, ProgramBuilder } from '../expr/program.js';
import { type ReducerName, reducers } from '../expr/reducers.js';
import { shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeReduction } from '../plan/reduction.js';
import { identityOf } from '../plan/walk.js';
import { InputError } from '../util/errors.js';
import { checkAxes } from './axes.js';

export interface ReduceOptions {
  /** Whether the reduced axes stay, with one element each. */
  readonly keepdims?: boolean;
}

export type Axis = number | readonly number[] | null;

export interface ReduceSpec {
  readonly who: string;
  readonly reducer: ReducerName;
  /** What is done to each element first. */
  readonly prepare?: (builder: ProgramBuilder, value: number) => number;
  /** From the accumulator, of `count` elements, to the result. */
  readonly finish?: (builder: ProgramBuilder, value: number, count: number) => number;
  readonly dtype?: DType;
}

export function reduceNode(input: Node, spec: ReduceSpec, axis?: Axis, { keepdims = false }: ReduceOptions = {}): Node {
  const { who, reducer, prepare, finish, dtype } = spec;
  const reduced = checkAxes(axis, input.chunks.length, who);
  const shape = shapeOf(input.chunks);
  const count = sizeOf(reduced.map((at) => shape[at]!));
  if (count === 0 && !reducers[reducer].hasIdentity) {
    throw new InputError(`${who} of no elements has no answer: the shape is [${shape.join(', ')}]`);
  }
  const builder = new ProgramBuilder();
  const element = builder.input(0, input.dtype);
  const program = builder.build(prepare ? prepare(builder, element) : element);
  const node = makeReduction(
    {
      program,
      axes: [input.chunks.map((_, at) => at)],
      reducer,
      reduced,
      finish: finishOf(program, spec, count, dtype, finish),
      space: input.chunks,
    },
    [input],
  );
  return keepdims
    ? node
    : makePermute(
        node,
        input.chunks.flatMap((_, at) => (reduced.includes(at) ? [] : [at])),
      );
}

function finishOf(
  program: Program,
  { reducer }: ReduceSpec,
  count: number,
  dtype: DType | undefined,
  finish: ReduceSpec['finish'],
): Program {
  const result = program.steps.at(-1)!.dtype;
  const accumulator = reducers[reducer].accumulator(result);
  const builder = new ProgramBuilder();
  const value = builder.input(0, accumulator);
  if (finish) {
    const done = finish(builder, value, count);
    return builder.build(dtype ? builder.cast(done, dtype) : done);
  }
  const to = dtype ?? (isFloat(result) ? result : accumulator);
  return to === accumulator ? identityOf(accumulator) : builder.build(builder.cast(value, to));
}

/** The dtype of a mean: that of a float, float64 of integers. */
export const meanDType = (dtype: DType): DType => (kindOf(dtype) === 'float' ? dtype : 'float64');
