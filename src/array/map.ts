/** A plain function of the elements of arrays: one loop over them where it can be read as a program, else calls. */
import { checkDType, type DType, dtypeOfValue, type Element } from '../arrow/dtype.js';
import { sendable } from '../delayed/send.js';
import { ProgramBuilder } from '../expr/program.js';
import { makeBlockwise } from '../plan/blockwise.js';
import type { Node } from '../plan/node.js';
import type { Payload } from '../shipping/payload.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { castNode } from './elementwise.js';
import { addLambda, NotScalar } from './lambda.js';
import { align, nodeOf, walkNode } from './operands.js';

export type ElementFunction = (...elements: never[]) => Element;

export function mapNode(fn: ElementFunction, given: readonly unknown[], dtype?: DType): Node {
  if (typeof fn !== 'function') throw new InputError(`map takes a function of elements, got ${describe(fn)}`);
  if (given.length === 0) throw new InputError('map takes a function and arrays, got no array');
  const inputs = given.map((one) => nodeOf(one, 'map'));
  const shipped = sendable(fn);
  try {
    const builder = new ProgramBuilder();
    const args = inputs.map((input, i) => builder.input(i, input.dtype));
    const node = walkNode(builder, addLambda(builder, shipped.payload as Payload, args), inputs, 'map');
    return dtype ? castNode(node, checkDType(dtype)) : node;
  } catch (error) {
    if (!(error instanceof NotScalar)) throw error;
    return calledNode(shipped, inputs, dtype ? checkDType(dtype) : dtypeFor(fn, inputs), error.message);
  }
}

/** What the function gives for ones tells the dtype; numbers are float64. */
function dtypeFor(fn: ElementFunction, inputs: readonly Node[]): DType {
  const ones = inputs.map(({ dtype }) => (dtype === 'bool' ? true : 1));
  let value: unknown;
  try {
    value = fn(...(ones as never[]));
  } catch (cause) {
    throw new InputError(
      `map called the function with ${ones.join(', ')} to find its dtype, and it threw ${(cause as Error)?.message}: give the option dtype`,
      { cause },
    );
  }
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint' || typeof value === 'boolean') return dtypeOfValue(value);
  throw new InputError(
    `map takes a function that gives numbers, bigints or booleans, and of ${ones.join(', ')} it gave ${describe(value)}`,
  );
}

function calledNode(
  { hash, payload, name }: ReturnType<typeof sendable>,
  inputs: readonly Node[],
  dtype: DType,
  why: string,
): Node {
  const { chunks, aligned } = align(inputs, 'map');
  const axes = chunks.map((_, axis) => axis);
  return makeBlockwise({
    params: {
      who: `calls of ${name}, as ${why},`,
      op: 'array/function-ops.js#each',
      common: { dtype, fns: { fn: hash } },
      out: axes,
      labels: aligned.map((input) => axes.slice(axes.length - input.chunks.length)),
      code: [hash],
    },
    ...{ inputs: aligned, dtype, chunks },
    code: { [hash]: payload },
  });
}
