/** Takes along an axis, and what masks select: what is more than an index between brackets. */
import { sizeOf } from '../arrow/block.js';
import { type DType, isInteger } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { truePlaces } from '../kernels/mask.js';
import { makeBlocks } from '../plan/blocks.js';
import { common, formatShape, sameExtents, shapeOf } from '../plan/chunks.js';
import { makeTrueIndices } from '../plan/compress.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeTake } from '../plan/take.js';
import { makeTakeAlong } from '../plan/take-by.js';
import { InputError } from '../util/errors.js';
import { checkAxis } from './axes.js';
import { ArrayCore } from './core.js';
import { type Entry, type Index, type IndexEntry, placeIn, readIndex } from './index-entries.js';
import { asNumbers, asRuns, indexNode } from './index-node.js';
import { nodeOf, type Operand, toBlock, walkNode } from './operands.js';
import { checkKnown } from './shape.js';

const isNone = (axis: number | null | undefined): axis is null | undefined => axis === null || axis === undefined;

/** An index of whole axes but for one. */
const along = (axis: number, entry: IndexEntry): IndexEntry[] => [...new Array<string>(axis).fill(':'), entry];

export function takeNode(input: Node, indices: Operand, axis: number | null | undefined, who = 'take'): Node {
  const { length: ndim } = input.chunks;
  if (!isNone(axis)) {
    const at = checkAxis(axis, ndim, who);
    return indexNode(input, along(at, asEntry(indices, who)), who);
  }
  if (ndim === 0) return takeNode(makePermute(input, [null]), indices, 0, who);
  if (ndim === 1) return takeNode(input, indices, 0, who);
  if (indices instanceof ArrayCore) {
    throw new InputError(`${who} of computed indices needs an axis in an array of several`);
  }
  checkKnown(input, who);
  const { shape, data, dtype } = toBlock(indices, who);
  if (data.length > 0) checkIntegers(dtype, who);
  const size = [sizeOf(shapeOf(input.chunks))];
  return takeFlat(
    input,
    Float64Array.from(data as ArrayLike<number>, (index) => placeIn(Number(index), 0, size, who)),
    shape,
  );
}

/** The elements at places in C order. */
function takeFlat(input: Node, places: Float64Array, shape: readonly number[]): Node {
  const extents = shapeOf(input.chunks);
  let step = sizeOf(extents);
  const lists = extents.map((extent) => {
    step /= extent;
    return Int32Array.from(places, (place) => Math.floor(place / step) % extent);
  });
  return makeTake(input, { axes: extents.map((_, axis) => axis), at: 0, shape, lists });
}

function checkIntegers(dtype: DType, who: string): void {
  if (!isInteger(dtype)) throw new InputError(`${who} takes indices of integers, got ${dtype}`);
}

/** Integers or bools as an entry of an index, where plain arrays would be ranges. */
const asEntry = (given: Operand, who: string): IndexEntry => (given instanceof ArrayCore ? given : toBlock(given, who));

export function takeAlongNode(input: Node, given: Operand, axis: number): Node {
  const who = 'takeAlongAxis';
  const indices = nodeOf(given, who);
  checkIntegers(indices.dtype, who);
  const at = checkAxis(axis, input.chunks.length, who);
  const [shape, other] = [shapeOf(input.chunks), shapeOf(indices.chunks)];
  const refuse = (what: string): never => {
    throw new InputError(
      `${who}: indices of the shape ${formatShape(other)} ${what} the shape ${formatShape(shape)} along axis ${at}`,
    );
  };
  if (other.length !== shape.length) refuse('have not as many axes as');
  if (!(given instanceof ArrayCore)) {
    for (const index of toBlock(given, who).data) placeIn(Number(index), at, shape, who);
  }
  const chunks = input.chunks.map((extents, i) => {
    const own = indices.chunks[i]!;
    if (i === at || sameExtents(extents, own) || shape[i] === 1) return own;
    if (other[i] === 1) return extents;
    if (Number.isNaN(shape[i]! - other[i]!)) refuse('have unknown extents that may not fit: use computeChunkSizes on');
    return shape[i] === other[i] ? common(extents, own) : refuse('do not fit');
  });
  const cut = (node: Node, axis: readonly number[]) => {
    const own = shapeOf(node.chunks);
    return makeRechunk(
      node,
      chunks.map((extents, i) => (i === at ? axis : own[i] === 1 ? [1] : extents)),
    );
  };
  return makeTakeAlong(cut(input, [shape[at]!]), cut(asNumbers(indices), chunks[at]!), at, chunks);
}

export function compressedNode(input: Node, condition: Operand, axis: number | null | undefined): Node {
  const { length: ndim } = input.chunks;
  if (isNone(axis) && ndim === 1) return compressedNode(input, condition, 0);
  const at = isNone(axis) ? undefined : checkAxis(axis, ndim, 'compress');
  if (condition instanceof ArrayCore) {
    if (at === undefined)
      throw new InputError('compress with a computed condition needs an axis in an array of several');
    if (condition.ndim !== 1 || condition.dtype !== 'bool') {
      throw new InputError(
        `compress takes a condition of one axis of bool, got ${condition.dtype} of the shape ${formatShape(condition.shape)}`,
      );
    }
    return indexNode(input, along(at, condition), 'compress');
  }
  const { shape, data } = toBlock(condition, 'compress');
  if (shape.length !== 1)
    throw new InputError(`compress takes a condition of one axis, got the shape ${formatShape(shape)}`);
  const places = truePlaces(Uint8Array.from(data as ArrayLike<number>, (value) => (value ? 1 : 0)));
  return takeNode(input, { dtype: 'int32', shape: [places.length], data: places }, at, 'compress');
}

export function extractNode(input: Node, condition: Operand): Node {
  const mask = asBool(nodeOf(condition, 'extract'));
  if (mask.chunks.length === 0 || mask.chunks.length !== input.chunks.length) {
    throw new InputError(
      `extract takes a condition of the shape of its array, ${formatShape(shapeOf(input.chunks))}, got ${formatShape(shapeOf(mask.chunks))}`,
    );
  }
  return indexNode(input, [new ArrayCore(mask)], 'extract');
}

function asBool(node: Node): Node {
  if (node.dtype === 'bool') return node;
  const builder = new ProgramBuilder();
  return walkNode(builder, builder.cast(builder.input(0, node.dtype), 'bool'), [node], 'nonzero');
}

/** Where elements are true, or not zero: a row of indices for each, or their places in C order. */
export function nonzeroNode(input: Node, who: string, isFlat: boolean): Node {
  checkKnown(input, who);
  const mask = asBool(input);
  const found = makeTrueIndices(makeRechunk(mask, asRuns(mask.chunks)), { isFlat });
  const builder = new ProgramBuilder();
  return walkNode(builder, builder.cast(builder.input(0, 'float64'), 'int64'), [found], who);
}

/** Some of the chunks; an integer keeps its axis. */
export function blocksNode(input: Node, index: Index): Node {
  const entries = readIndex(
    index,
    input.chunks.map(({ length }) => [length]),
    'blocks',
  );
  const chosen = entries.flatMap((entry): number[][] => (entry.kind === 'gap' ? [] : [numbersOf(entry, input)]));
  if (chosen.some(({ length }) => length === 0)) {
    throw new InputError(
      `blocks: no chunk is chosen: there are ${input.chunks.map(({ length }) => length).join(' x ')}`,
    );
  }
  return makeBlocks(input, chosen);
}

function numbersOf(entry: Entry, { chunks }: Node): number[] {
  if (entry.kind === 'integer') return [entry.at];
  if (entry.kind === 'list' && entry.shape.length === 1) return [...entry.places];
  if (entry.kind !== 'range') throw new InputError('blocks takes integers, ranges and lists of integers');
  const { start, step, extent } = entry.range ?? { start: 0, step: 1, extent: chunks[entry.axis]!.length };
  return Array.from({ length: extent }, (_, i) => start + i * step);
}
