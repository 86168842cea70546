/** From several arrays to one, and from one to several. */
import { promoteAll } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { checkChunkCount, common, formatShape, isKnown, sameExtents, shapeOf } from '../plan/chunks.js';
import { makeConcatenate } from '../plan/concatenate.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkAxis, checkNumbers } from './axes.js';
import { ArrayCore } from './core.js';
import { nodeOf, walkNode } from './operands.js';
import { partNode, placesIn } from './rearrange.js';
import { broadcastNode, checkKnown, expandNode, moveAxisNode, reshapeNode } from './shape.js';

/** The nodes of a list of arrays. Raises {@link InputError} for other things and for none. */
export function nodesOf(list: unknown, who: string): Node[] {
  if (list instanceof ArrayCore || !Array.isArray(list)) {
    throw new InputError(`${who} takes a list of arrays, got ${describe(list)}`);
  }
  if (list.length === 0) throw new InputError(`${who} takes one array at least, got none`);
  return list.map((item) => nodeOf(item, who));
}

/** One after another along an axis, in the dtype of all together; along one axis of all elements for null. */
export function concatenateNode(given: readonly Node[], axis: number | null, who: string): Node {
  if (axis === null) {
    return concatenateNode(
      given.map((node) => reshapeNode(node, -1, who)),
      0,
      who,
    );
  }
  const [first] = given as [Node];
  const ndim = first.chunks.length;
  const shapes = given.map(({ chunks }) => formatShape(shapeOf(chunks))).join(', ');
  if (ndim === 0) throw new InputError(`${who} takes arrays of one axis at least, and the shapes are ${shapes}`);
  const at = checkAxis(axis, ndim, who);
  if (given.some(({ chunks }) => chunks.length !== ndim)) {
    throw new InputError(`${who} takes arrays of as many axes, and the shapes are ${shapes}`);
  }
  const cuts = first.chunks.map((extents, other) =>
    other === at
      ? extents
      : given.reduce<readonly number[]>((cut, { chunks }) => {
          const own = chunks[other]!;
          if (sameExtents(cut, own)) return cut;
          if (!isKnown([cut, own])) {
            throw new InputError(
              `${who} has arrays of unknown chunk sizes that may not fit: use computeChunkSizes first`,
            );
          }
          if (shapeOf([cut])[0] !== shapeOf([own])[0]) {
            throw new InputError(
              `${who} takes arrays whose extents are equal but for axis ${at}, and the shapes are ${shapes}`,
            );
          }
          return common(cut, own);
        }, extents),
  );
  const dtype = promoteAll(given.map((node) => node.dtype));
  return makeConcatenate(
    given.map((node) => makeRechunk(cast(node, dtype, who), cuts.with(at, node.chunks[at]!))),
    at,
  );
}

function cast(node: Node, dtype: Node['dtype'], who: string): Node {
  if (node.dtype === dtype) return node;
  const builder = new ProgramBuilder();
  return walkNode(builder, builder.cast(builder.input(0, node.dtype), dtype), [node], who);
}

/** One after another along a new axis. */
export function stackNode(given: readonly Node[], axis: number): Node {
  const shapes = given.map(({ chunks }) => formatShape(shapeOf(chunks)));
  if (new Set(shapes).size > 1) {
    throw new InputError(`stack takes arrays of one shape, and the shapes are ${shapes.join(', ')}`);
  }
  const at = checkAxis(axis, given[0]!.chunks.length + 1, 'stack');
  return concatenateNode(
    given.map((node) => expandNode(node, at)),
    at,
    'stack',
  );
}

/** Where an axis is parted: in that many parts, of which the first may have one more, or at those places. */
export function partsOf(input: Node, into: number | readonly number[], axis: number, who: string): Node[] {
  checkKnown(input, who);
  const at = checkAxis(axis, input.chunks.length, who);
  const extent = shapeOf(input.chunks)[at]!;
  if (who === 'split' && typeof into === 'number' && extent % into !== 0) {
    throw new InputError(`split: axis ${at} of ${extent} elements has no ${into} equal parts: use arraySplit`);
  }
  const given = checkNumbers(into, who, 'a number of parts, or the places between them');
  const places =
    typeof into === 'number' ? evenPlaces(into, extent, who) : given.map((place) => clip(place, extent, who));
  return [0, ...places].map((from, i) => partNode(input, at, from, Math.max(from, places[i] ?? extent)));
}

function evenPlaces(count: number, extent: number, who: string): number[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new InputError(`${who} takes a number of parts of 1 or more, or the places between them, got ${count}`);
  }
  checkChunkCount(count);
  const [least, longer] = [Math.floor(extent / count), extent % count];
  return Array.from({ length: count - 1 }, (_, i) => (i + 1) * least + Math.min(i + 1, longer));
}

/** Places count from the end where they are negative, and beyond an end are that end, as in slices. */
function clip(place: number, extent: number, who: string): number {
  if (!Number.isInteger(place)) throw new InputError(`${who} takes whole places, got ${describe(place)}`);
  return Math.min(extent, Math.max(0, place < 0 ? place + extent : place));
}

/** With values before places of an axis, in the dtype of the array; along one axis of all elements for null. */
export function insertNode(
  input: Node,
  index: number | readonly number[],
  values: Node,
  axis: number | null | undefined,
): Node {
  checkKnown(input, 'insert');
  checkKnown(values, 'insert');
  if (axis === undefined || axis === null) return insertNode(reshapeNode(input, -1, 'insert'), index, values, 0);
  const shape = shapeOf(input.chunks);
  const at = checkAxis(axis, shape.length, 'insert');
  const extent = shape[at]!;
  const places = placesIn(typeof index === 'number' ? [index] : index, extent, extent, 'insert');
  const ndim = Math.max(shape.length, values.chunks.length);
  const added = reshapeNode(
    values,
    [...new Array<number>(ndim - values.chunks.length).fill(1), ...shapeOf(values.chunks)],
    'insert',
  );
  // Beside one place the first axis of the values is that along which they are inserted.
  const moved = typeof index === 'number' ? moveAxisNode(added, 0, at) : added;
  const count = places.length === 1 ? shapeOf(moved.chunks)[at]! : places.length;
  const whole = cast(broadcastNode(moved, shape.with(at, count), 'insert'), input.dtype, 'insert');
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]! || a - b);
  const parts: Node[] = [];
  let from = 0;
  for (const i of order) {
    if (places[i]! > from) parts.push(partNode(input, at, from, places[i]!));
    parts.push(places.length === 1 ? whole : partNode(whole, at, i, i + 1));
    from = places[i]!;
  }
  if (from < extent || parts.length === 0) parts.push(partNode(input, at, from, extent));
  return makeConcatenate(alike(parts, at), at);
}

/** Cut as the first along all axes but one. */
const alike = (parts: readonly Node[], axis: number): Node[] =>
  parts.map((part) => makeRechunk(part, parts[0]!.chunks.with(axis, part.chunks[axis]!)));

/** Blocks of arrays in lists of lists: the innermost go along the last axis, those around them along the one before. */
export function blockNodeOf(nested: unknown, who: string): Node {
  const depth = depthOf(nested);
  const ndim = Math.max(depth, deepest(nested, who));
  const join = (item: unknown, level: number, path: string): Node => {
    if (level === depth) {
      if (isList(item)) throw new InputError(`${who}: lists are nested deeper at ${path} than at the first array`);
      const node = nodeOf(item, who);
      const missing = Array.from({ length: ndim - node.chunks.length }, (_, i) => i);
      return missing.length > 0 ? expandNode(node, missing) : node;
    }
    if (!isList(item)) throw new InputError(`${who}: lists are not nested as deep at ${path} as at the first array`);
    if (item.length === 0) throw new InputError(`${who}: the list at ${path} is empty`);
    const parts = item.map((inner, i) => join(inner, level + 1, `${path}[${i}]`));
    return concatenateNode(parts, ndim - depth + level, who);
  };
  return join(nested, 0, 'the top');
}

const isList = (item: unknown): item is readonly unknown[] => Array.isArray(item);
const depthOf = (item: unknown): number => (isList(item) ? 1 + depthOf(item[0]) : 0);
const deepest = (item: unknown, who: string): number =>
  isList(item) ? Math.max(0, ...item.map((inner) => deepest(inner, who))) : nodeOf(item, who).chunks.length;
