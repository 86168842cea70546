/** From the calls of mapBlocks and blockwise to nodes: which blocks meet, and what the results are like. */
import { allocate, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { type BlockPlace, type Label, makeBlockwise } from '../plan/blockwise.js';
import { type Chunks, formatShape, gridOf, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames, isPlainObject } from '../util/options.js';
import { checkAxes } from './axes.js';
import { dtypeOfResult } from './block-like.js';
import type { ApplyParams, BlockInfo } from './block-ops.js';
import { ArrayCore } from './core.js';
import { NDArray } from './ndarray.js';
import { type AnyFunction, atOnce, bindBlocks, dtypeFrom, shipFunctions } from './user-function.js';

export interface MapBlocksOptions {
  /** Of the results; found by calling the function on a tiny block unless told. */
  readonly dtype?: DType;
  /** Of the result: for each axis the extent of every block, or the extents of all; those of the array unless told. */
  readonly chunks?: readonly (number | readonly number[])[];
  /** Axes that the results do not have; the function gets all blocks along them in one. */
  readonly dropAxis?: number | readonly number[];
  /** Axes that the results have more, by their place among those of the result. */
  readonly newAxis?: number | readonly number[];
  /** Whether the function, which is not asynchronous then, gets tensors of TensorFlow.js for blocks; `dtype` is float32 unless told. */
  readonly tensors?: boolean;
  /** Further arguments, behind the block: arrays by their blocks, anything else as it is. */
  readonly args?: readonly unknown[];
}

const optionNames = ['dtype', 'chunks', 'dropAxis', 'newAxis', 'args', 'tensors'];

/** Options at the end of a call, told from an argument by being a plain object of these names. */
export function takeOptions<T>(
  args: readonly unknown[],
  names: readonly string[] = optionNames,
): [readonly unknown[], T] {
  const last = args.at(-1);
  const isOptions = isPlainObject(last) && Object.keys(last).every((name) => names.includes(name));
  return isOptions ? [args.slice(0, -1), last as T] : [args, {} as T];
}

/** A node of `fn` of the blocks that stand at the same place. */
export function mapBlocksNode(fn: AnyFunction, given: readonly unknown[], options: MapBlocksOptions = {}): Node {
  const who = 'mapBlocks';
  checkOptionNames(who, options, optionNames);
  const { chunks, dropAxis = [], newAxis = [], args: more = [], tensors = false } = options;
  const dtype = options.dtype ?? (tensors ? 'float32' : undefined);
  const args = [...given, ...more];
  const arrays = args.filter((arg) => arg instanceof ArrayCore).map(({ node }) => node);
  if (arrays.length === 0 && !chunks) throw new InputError('mapBlocks without arrays takes { chunks } of the result');
  const ndim = arrays.length === 0 ? chunks!.length : Math.max(...arrays.map((node) => node.chunks.length));
  const met = blocksThatMeet(arrays, ndim);
  const dropped = typeof dropAxis === 'number' || dropAxis.length > 0 ? checkAxes(dropAxis, ndim, who) : [];
  const out: Label[] = Array.from({ length: ndim }, (_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const added = typeof newAxis === 'number' ? [newAxis] : newAxis;
  if (added.length > 0) {
    for (const axis of checkAxes(added, out.length + added.length, who)) out.splice(axis, 0, `new ${axis}`);
  }
  const base = out.map((label) => (typeof label === 'string' ? [1] : (met[label] ?? [1])));
  const isFree = out.map((label) => arrays.length === 0 || typeof label === 'string');
  return functionNode({
    who,
    fn,
    args,
    dtype,
    out,
    labels: ({ length }) => Array.from({ length }, (_, axis) => axis + ndim - length),
    chunks: chunks ? chunksOf(chunks, base, isFree) : base,
    concatenate: true,
    tensors,
  });
}

/** The chunks along each axis of the array that has most: all others have as many blocks there, or one. */
function blocksThatMeet(arrays: readonly Node[], ndim: number): Chunks {
  const met: (readonly number[])[] = [];
  for (const { chunks } of arrays) {
    for (const [own, extents] of chunks.entries()) {
      const axis = own + ndim - chunks.length;
      const other = met[axis];
      if (other === undefined || (other.length === 1 && extents.length > 1)) met[axis] = extents;
      else if (extents.length > 1 && extents.length !== other.length) {
        const grids = arrays.map((node) => `${formatShape(gridOf(node.chunks))}`).join(' and ');
        throw new InputError(
          `mapBlocks takes arrays of as many blocks, or one, along each axis, got ${grids}: rechunk them`,
        );
      }
    }
  }
  return met;
}

/** The chunks that a user told; on axes that arrays have, as many as they have blocks. */
function chunksOf(told: readonly (number | readonly number[])[], base: Chunks, isFree: readonly boolean[]): Chunks {
  if (told.length !== base.length) {
    throw new InputError(`mapBlocks gives blocks of ${base.length} axes, but chunks are given for ${told.length}`);
  }
  return told.map((extents, axis) => {
    const all = typeof extents === 'number' ? base[axis]!.map(() => extents) : extents;
    const wrong = all.find((extent) => !(Number.isNaN(extent) || (Number.isInteger(extent) && extent >= 0)));
    if (wrong !== undefined)
      throw new InputError(
        `a chunk of axis ${axis} has ${describe(wrong)} elements: give integers of 0 or more, or NaN`,
      );
    if (all.length !== base[axis]!.length && !isFree[axis]) {
      throw new InputError(
        `chunks are given for ${all.length} blocks along axis ${axis}, where there are ${base[axis]!.length}`,
      );
    }
    return all;
  });
}

export interface FunctionSpec {
  readonly who: string;
  readonly fn: unknown;
  readonly args: readonly unknown[];
  readonly dtype: DType | undefined;
  readonly out: readonly Label[];
  /** The labels of an array's axes, by its chunks and the number of the array. */
  readonly labels: (chunks: Chunks, i: number) => readonly Label[];
  readonly chunks: Chunks;
  readonly concatenate: boolean;
  readonly trim?: ApplyParams['trim'];
  readonly tensors?: boolean;
}

/** The node of a function of arguments, of which the arrays are given block by block. */
export function functionNode(spec: FunctionSpec): Node {
  const { who, fn, args, out, labels, chunks, concatenate, trim, tensors } = spec;
  const { fns, payloads } = shipFunctions(who, { fn });
  const { call, inputs, isArray } = bindBlocks(args);
  const dtype = dtypeFrom(spec.dtype, who, () => dtypeOnTiny(fn as AnyFunction, args, chunks));
  let arrays = 0;
  return makeBlockwise({
    params: {
      who,
      op: 'array/block-ops.js#apply',
      common: { who, fns, call, dtype, concatenate, ...(trim && { trim }), ...(tensors && { tensors }) },
      out,
      labels: inputs.map((input, i) => (isArray[i] ? labels(input.chunks, arrays++) : null)),
      code: Object.keys(payloads),
    },
    inputs,
    dtype,
    chunks,
    code: payloads,
  });
}

/** The dtype of what the function gives for blocks of one element, or of none where it fails for these. */
function dtypeOnTiny(fn: AnyFunction, args: readonly unknown[], chunks: Chunks): DType {
  let failure: unknown;
  for (const extent of [1, 0]) {
    const place: BlockPlace = {
      blockId: chunks.map(() => 0),
      numblocks: gridOf(chunks),
      shape: shapeOf(chunks),
      location: chunks.map(() => [0, extent] as const),
    };
    const tiny = args.map((arg) =>
      arg instanceof ArrayCore
        ? ones(
            arg.dtype,
            arg.shape.map(() => extent),
          )
        : arg,
    );
    const info = { ...place, chunkShape: chunks.map(() => extent), inputs: [] as readonly BlockPlace[] };
    try {
      return dtypeOfResult(atOnce(fn(...tiny, info as Omit<BlockInfo, 'dtype'>)), 'the function');
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** A block of ones to try a function on. */
export function ones(dtype: DType, shape: readonly number[]): NDArray {
  const data = allocate(dtype, sizeOf(shape));
  data.fill((typeof data[0] === 'bigint' ? 1n : 1) as never);
  return new NDArray({ dtype, shape, data });
}
