/** A new array with elements replaced: regular parts chunk by chunk, masks by a choice for each element. */
import { type DType, type Element, isInteger, promoteValue } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { makeAssign } from '../plan/assign.js';
import { type Chunks, formatShape, shapeOf } from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeSlice, slicedChunks } from '../plan/slice.js';
import { makeTake } from '../plan/take.js';
import { InputError } from '../util/errors.js';
import { ArrayCore } from './core.js';
import { type Entry, type Index, type IndexEntry, readIndex } from './index-entries.js';
import { rangesOf } from './index-node.js';
import { blockNode, nodeOf, type Operand, toBlock, walkNode } from './operands.js';

type Chosen = Extract<Entry, { readonly kind: 'list' | 'mask' }>;

/** Raises {@link InputError} for values that do not fit. */
export function setItemNode(input: Node, index: Index, value: Operand): Node {
  const entries = readIndex(withMasks(index), input.chunks, 'setItem');
  const values = valueNode(value, input.dtype);
  const chosen = entries.filter((entry): entry is Chosen => entry.kind === 'list' || entry.kind === 'mask');
  if (
    chosen.length + entries.filter(({ kind }) => kind === 'by').length > 1 ||
    entries.some(({ kind }) => kind === 'by')
  ) {
    throw new InputError(
      'setItem takes one mask, or one array of integers in memory: set several parts one after another',
    );
  }
  const ranges = rangesOf(entries, input.chunks.length);
  const [array] = chosen;
  if (!array) return makeAssign(input, fitted(values, entries, slicedChunks(input.chunks, ranges)), { ranges });
  if (entries.some(({ kind }) => kind === 'newaxis')) throw new InputError('setItem takes no new axis beside an array');
  const part = makeSlice(input, ranges);
  const integers = entries.flatMap((entry) => (entry.kind === 'integer' ? [entry.axis] : []));
  const changed =
    array.kind === 'mask' ? setMask(part, array, values, integers) : setList(part, array, values, integers);
  return part === input ? changed : makeAssign(input, changed, { ranges });
}

/** Masks in memory are taken for computed ones. */
function withMasks(index: Index): Index {
  const items = (Array.isArray(index) ? index : [index]) as readonly IndexEntry[];
  return items.map((item) => {
    const isOther = typeof item !== 'object' || item === null || item instanceof ArrayCore;
    const isRange = Array.isArray(item) && item.every((one) => one === null || typeof one === 'number');
    if (isOther || isRange) return item;
    const block = toBlock(item, 'setItem');
    return block.dtype === 'bool' ? new ArrayCore(blockNode(block)) : block;
  });
}

function valueNode(value: Operand, dtype: DType): Node {
  const builder = new ProgramBuilder();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    checkValue(value, dtype);
    return makeElementwise({ program: builder.build(builder.constant(value, dtype), []), axes: [] }, [], []);
  }
  const node = nodeOf(value, 'setItem');
  if (node.dtype === dtype) return node;
  return walkNode(builder, builder.cast(builder.input(0, node.dtype), dtype), [node], 'setItem');
}

/** Raises {@link InputError} for a bare value that integers cannot hold. */
function checkValue(value: Element, dtype: DType): void {
  promoteValue(dtype, value);
  if (isInteger(dtype) && typeof value === 'number' && !Number.isFinite(value)) {
    throw new InputError(`setItem: ${value} is no value of ${dtype}: use astype first`);
  }
}

/** The values with an axis for each of the array, cut as the part of it that they replace, or with one element there. */
function fitted(values: Node, entries: readonly Entry[], part: Chunks): Node {
  const axes = entries.flatMap((entry) =>
    entry.kind === 'range' ? [entry.axis] : entry.kind === 'newaxis' ? [null] : [],
  );
  const whole = shapeOf(part);
  const wanted = axes.map((axis) => (axis === null ? 1 : whole[axis]!));
  const given = aligned(values, wanted);
  const order = part.map((_, axis) => (axes.includes(axis) ? axes.indexOf(axis) : null));
  const placed = makePermute(given, order);
  const own = shapeOf(placed.chunks);
  return makeRechunk(
    placed,
    part.map((extents, axis) => (own[axis] === 1 ? [1] : extents)),
  );
}

/** The values with as many axes as the shape has, each of its extent or of one element. */
function aligned(values: Node, shape: readonly number[]): Node {
  const own = shapeOf(values.chunks);
  const missing = shape.length - own.length;
  const fits = own.every(
    (extent, axis) => extent === 1 || (missing + axis >= 0 && Object.is(extent, shape[missing + axis])),
  );
  if (!fits) {
    throw new InputError(
      `setItem cannot broadcast values of the shape ${formatShape(own)} into a part of the shape ${formatShape(shape)}`,
    );
  }
  return makePermute(
    values,
    shape.map((_, axis) => (axis < missing ? null : axis - missing)),
  );
}

/** The shape of a part without the axes of integers. */
const without = (shape: readonly number[], integers: readonly number[]): number[] =>
  shape.filter((_, axis) => !integers.includes(axis));

/** With an axis of one element where the integers were. */
function withAxes(node: Node, ndim: number, integers: readonly number[]): Node {
  let axis = 0;
  return makePermute(
    node,
    Array.from({ length: ndim }, (_, at) => (integers.includes(at) ? null : axis++)),
  );
}

function setMask(
  part: Node,
  { axis, node }: Extract<Entry, { readonly kind: 'mask' }>,
  values: Node,
  integers: readonly number[],
): Node {
  const shape = shapeOf(part.chunks);
  const mask = makePermute(
    node,
    shape.map((_, at) => (at >= axis && at < axis + node.chunks.length ? at - axis : null)),
  );
  return choose(part, mask, withAxes(aligned(values, without(shape, integers)), shape.length, integers));
}

/** Of places that are listed several times, the last one counts. */
function setList(
  part: Node,
  { axis, shape: listed, places }: Extract<Entry, { readonly kind: 'list' }>,
  values: Node,
  integers: readonly number[],
): Node {
  if (listed.length !== 1) throw new InputError('setItem takes integers of one axis');
  const shape = shapeOf(part.chunks);
  const fit = aligned(values, without(shape.with(axis, places.length), integers));
  const all = withAxes(fit, shape.length, integers);
  const numbers = new Int32Array(shape[axis]!);
  const mask = new Uint8Array(shape[axis]!);
  places.forEach((place, i) => {
    numbers[place] = i;
    mask[place] = 1;
  });
  const isOne = shapeOf(all.chunks)[axis] === 1;
  const spread =
    isOne || places.length === 0
      ? all
      : makeTake(all, { axes: [axis], at: axis, shape: [numbers.length], lists: [numbers] });
  if (places.length === 0) return part;
  const chosen = blockNode({ dtype: 'bool', shape: [mask.length], data: mask }, [part.chunks[axis]!]);
  return choose(
    part,
    makePermute(
      chosen,
      shape.map((_, at) => (at === axis ? 0 : null)),
    ),
    spread,
  );
}

function choose(part: Node, mask: Node, values: Node): Node {
  const builder = new ProgramBuilder();
  const [isChosen, value, element] = [mask, values, part].map(({ dtype }, i) => builder.input(i, dtype));
  const chosen = builder.call('where', isChosen!, value!, element!);
  return makeRechunk(walkNode(builder, chosen, [mask, values, part], 'setItem'), part.chunks);
}
