/** applyAlongAxis: a function of each line of elements along an axis. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { type DType, isFloat } from '../arrow/dtype.js';
import { makeBlockwise } from '../plan/blockwise.js';
import { formatShape, isKnown, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { checkAxis } from './axes.js';
import { blockOf, dtypeOfResult } from './block-like.js';
import { ones } from './map-blocks.js';
import { type AnyFunction, atOnce, bindBlocks, dtypeFrom, shipFunctions } from './user-function.js';

export interface AlongAxisOptions {
  /** Of the results; found by calling the function on a line of ones unless told. */
  readonly dtype?: DType;
  /** Of the result for one line: `[]` for a value; found likewise. */
  readonly shape?: readonly number[];
  /** Further arguments. */
  readonly args?: readonly unknown[];
}

export function alongAxisNode(input: Node, fn: AnyFunction, axis: number, options: AlongAxisOptions = {}): Node {
  const who = 'applyAlongAxis';
  checkOptionNames(who, options, ['dtype', 'shape', 'args']);
  const at = checkAxis(axis, input.chunks.length, who);
  const { fns, payloads } = shipFunctions(who, { fn });
  const extent = shapeOf(input.chunks)[at]!;
  if (!isKnown([input.chunks[at]!]))
    throw new InputError(`${who}: the extent of axis ${at} is not known: use computeChunkSizes first`);
  const { args = [] } = options;
  const { call, inputs, isArray } = bindBlocks(args);
  if (isArray.includes(true)) throw new InputError(`${who} takes values as further arguments, got a chunked array`);
  let sample: Block<DType> | undefined;
  const dtype = dtypeFrom(options.dtype && options.shape ? options.dtype : undefined, who, () => {
    const value = atOnce(fn(ones(input.dtype, [extent]), ...args));
    sample = blockOf(value, {}, 'the function');
    return options.dtype ?? dtypeOfResult(value, 'the function');
  });
  const shape = options.shape ?? sample!.shape;
  const wrong = shape.find((extent) => !Number.isInteger(extent) || extent < 0);
  if (wrong !== undefined) throw new InputError(`${who}: a shape has integers of 0 or more, got ${describe(wrong)}`);
  const whole = makeRechunk(
    input,
    input.chunks.map((extents, i) => (i === at ? [extent] : extents)),
  );
  const labels = input.chunks.map((_, i) => i);
  const added = shape.map((_, i) => `line ${i}`);
  return makeBlockwise({
    params: {
      who,
      op: 'array/along-ops.js#along',
      common: { who, fns, call, dtype, axis: at, lineShape: shape },
      out: [...labels.slice(0, at), ...added, ...labels.slice(at + 1)],
      labels: [labels, ...inputs.map(() => null)],
      code: Object.keys(payloads),
    },
    inputs: [whole, ...inputs],
    dtype,
    chunks: [...whole.chunks.slice(0, at), ...shape.map((n) => [n]), ...whole.chunks.slice(at + 1)],
    code: payloads,
  });
}

/** The lines of a block along an axis, each given to `fn`, and the results in their place. */
export async function alongLines(
  block: Block<DType>,
  axis: number,
  lineShape: readonly number[],
  dtype: DType,
  fn: (line: Block<DType>) => unknown,
): Promise<Block<DType>> {
  const { shape } = block;
  const extent = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const size = sizeOf(lineShape);
  const data = allocate(dtype, outer * size * inner);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const values = allocate(block.dtype, extent);
      const start = i * extent * inner + j;
      for (let k = 0; k < extent; k++) values[k] = block.data[start + k * inner] as never;
      const given = fn({ dtype: block.dtype, shape: [extent], data: values });
      const value = given instanceof Promise ? await given : given;
      if (typeof value === 'number' && size === 1 && isFloat(dtype)) {
        data[i * inner + j] = value;
        continue;
      }
      const result = blockOf(
        value,
        { dtype, shape: lineShape },
        `the function, for a line of shape ${formatShape([extent])},`,
      ).data;
      const out = i * size * inner + j;
      for (let k = 0; k < size; k++) data[out + k * inner] = result[k] as never;
    }
  }
  return { dtype, shape: [...shape.slice(0, axis), ...lineShape, ...shape.slice(axis + 1)], data };
}
