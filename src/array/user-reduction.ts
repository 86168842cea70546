/** reduction: by functions of the user's. */
import type { DType } from '../arrow/dtype.js';
import { shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeTree } from '../plan/user-tree.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { checkAxes } from './axes.js';
import { type BlockLike, dtypeOfResult } from './block-like.js';
import { ones } from './map-blocks.js';
import type { NDArray } from './ndarray.js';
import type { Axis } from './reduce.js';
import { atOnce, dtypeFrom, shipFunctions } from './user-function.js';

type Later<T> = T | Promise<T>;

export interface UserReductionOptions<P> {
  /** From a block to a partial result of any kind; `axes` are those that are reduced. */
  readonly chunk: (block: NDArray, axes: readonly number[]) => Later<P>;
  /** From some partial results, in the order of their blocks, to one. */
  readonly combine: (partials: readonly P[], axes: readonly number[]) => Later<P>;
  /** From the last partial result to the block, with the reduced axes or without; as it is unless told. */
  readonly finish?: (partial: P, axes: readonly number[]) => Later<BlockLike>;
  /** The axes that are reduced, all unless told. */
  readonly axis?: Axis;
  /** Whether the reduced axes stay, with one element each. */
  readonly keepdims?: boolean;
  /** Of the result; found by reducing a block of one element unless told. */
  readonly dtype?: DType;
  /** How many partial results are combined at once (default 8). */
  readonly splitEvery?: number;
}

export function userReductionNode<P>(input: Node, options: UserReductionOptions<P>): Node {
  const who = 'reduction';
  checkOptionNames(who, options, ['chunk', 'combine', 'finish', 'axis', 'keepdims', 'dtype', 'splitEvery']);
  const {
    chunk,
    combine,
    finish = (partial: P) => partial as BlockLike,
    axis,
    keepdims = false,
    splitEvery = 8,
  } = options;
  const axes = checkAxes(axis, input.chunks.length, who);
  if (!Number.isInteger(splitEvery) || splitEvery < 2) {
    throw new InputError(`splitEvery is an integer from 2 up, got ${describe(splitEvery)}`);
  }
  const { fns, payloads } = shipFunctions(who, { chunk, combine, finish });
  const dtype = dtypeFrom(options.dtype, who, () => {
    const tiny = ones(
      input.dtype,
      shapeOf(input.chunks).map(() => 1),
    );
    const partial = atOnce(combine([atOnce(chunk(tiny, axes)) as P], axes)) as P;
    return dtypeOfResult(atOnce(finish(partial, axes)), 'finish');
  });
  const node = makeTree(
    { common: { fns, axes, dtype }, axes, splitEvery, code: Object.keys(payloads) },
    input,
    dtype,
    payloads,
  );
  if (keepdims) return node;
  return makePermute(
    node,
    input.chunks.flatMap((_, at) => (axes.includes(at) ? [] : [at])),
  );
}
