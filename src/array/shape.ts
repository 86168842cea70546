/** From the shapes that users ask for to nodes of the same elements. */

import { sizeOf } from '../arrow/block.js';
import { identityOf } from '../expr/program.js';
import { type Chunks, type ChunksLike, formatShape, isKnown, normalizeChunks, shapeOf } from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeReshape } from '../plan/reshape.js';
import { makeEmpty } from '../plan/slice.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkAxes, checkAxis, checkNumbers } from './axes.js';

/** Extents, or the only one. */
export type Shape = number | readonly number[];

/** The extents of a shape. Raises {@link InputError} for others than integers of 0 or more. */
export function checkShape(shape: Shape, who: string): readonly number[] {
  const extents = typeof shape === 'number' ? [shape] : shape;
  if (!Array.isArray(extents)) {
    throw new InputError(`${who}: a shape is an integer or an array of integers, got ${describe(shape)}`);
  }
  const wrong = extents.findIndex((extent) => !Number.isInteger(extent) || extent < 0);
  if (wrong >= 0) throw new InputError(`${who}: a shape has integers of 0 or more, got ${describe(extents[wrong])}`);
  return extents;
}

/** Raises {@link InputError} for an array with chunks whose sizes only computing tells. */
export function checkKnown({ chunks }: Node, who: string): void {
  if (isKnown(chunks)) return;
  throw new InputError(
    `${who} has to know all chunk sizes, and those of the shape ${formatShape(shapeOf(chunks))} only computing tells: use computeChunkSizes first`,
  );
}

export function reshapeNode(input: Node, asked: Shape, who: string): Node {
  // One axis is one, however long it turns out to be.
  if (input.chunks.length === 1 && String(asked) === '-1') return input;
  checkKnown(input, who);
  const given = shapeOf(input.chunks);
  const size = sizeOf(given);
  const shape = inferred(checkNumbers(asked, who, 'a shape of integers, one of which may be -1'), given, who);
  if (sizeOf(shape) !== size) {
    throw new InputError(
      `${who}: the shape ${formatShape(shape)} has ${sizeOf(shape)} elements, but the array of shape ${formatShape(given)} has ${size}`,
    );
  }
  return size === 0 ? makeEmpty(input.dtype, normalizeChunks(-1, shape, input.dtype)) : makeReshape(input, shape);
}

/** The shape with the extent that -1 stands for. */
function inferred(asked: readonly number[], given: readonly number[], who: string): readonly number[] {
  const unknown = asked.indexOf(-1);
  const others = asked.filter((extent) => extent !== -1);
  checkShape(others, who);
  if (unknown < 0) return asked;
  if (others.length < asked.length - 1) {
    throw new InputError(`${who}: only one extent can be -1, got [${asked.join(', ')}]`);
  }
  const rest = sizeOf(others);
  const extent = sizeOf(given) / rest;
  if (!Number.isInteger(extent)) {
    throw new InputError(
      `${who}: no extent in place of -1 makes [${asked.join(', ')}] hold the ${sizeOf(given)} elements of the shape ${formatShape(given)}`,
    );
  }
  return asked.with(unknown, extent);
}

/** With axes `from` moved to where `to` says, the others in their order. */
export function moveAxisNode(input: Node, from: Shape, to: Shape): Node {
  const ndim = input.chunks.length;
  const [sources, targets] = [from, to].map((axes) => {
    const given = checkNumbers(axes, 'moveaxis', 'an axis or a list of axes, and where they go');
    const all = given.map((axis) => checkAxis(axis, ndim, 'moveaxis'));
    if (new Set(all).size < all.length) throw new InputError(`moveaxis: axes ${all.join(', ')} name one axis twice`);
    return all;
  }) as [number[], number[]];
  if (sources.length !== targets.length) {
    throw new InputError(`moveaxis takes as many axes as places, got ${sources.length} and ${targets.length}`);
  }
  const order: number[] = new Array(ndim).fill(-1);
  sources.forEach((source, i) => {
    order[targets[i]!] = source;
  });
  const rest = input.chunks.flatMap((_, axis) => (sources.includes(axis) ? [] : [axis]));
  return makePermute(
    input,
    order.map((axis) => (axis < 0 ? rest.shift()! : axis)),
  );
}

export function squeezeNode(input: Node, axis: number | readonly number[] | null | undefined): Node {
  const shape = shapeOf(input.chunks);
  const asked = axis === undefined || axis === null ? undefined : checkAxes(axis, shape.length, 'squeeze');
  const long = asked?.find((at) => shape[at] !== 1);
  if (long !== undefined) {
    throw new InputError(
      `squeeze takes away axes of one element, and axis ${long} of the shape ${formatShape(shape)} has ${shape[long]}`,
    );
  }
  const goes = (at: number) => (asked ? asked.includes(at) : shape[at] === 1);
  const kept = shape.flatMap((_, at) => (goes(at) ? [] : [at]));
  // An axis of one element may have empty chunks beside.
  const whole = input.chunks.map((extents, at) => (goes(at) ? [1] : extents));
  return makePermute(makeRechunk(input, whole), kept);
}

export function expandNode(input: Node, axis: number | readonly number[]): Node {
  const given = checkNumbers(axis, 'expandDims', 'an axis or a list of axes');
  const ndim = input.chunks.length + given.length;
  const added = checkAxes(given, ndim, 'expandDims');
  let next = 0;
  return makePermute(
    input,
    Array.from({ length: ndim }, (_, at) => (added.includes(at) ? null : next++)),
  );
}

/** With axes of one element around those that there are, until there are `ndim`. */
export function atLeastNode(input: Node, ndim: 1 | 2 | 3): Node {
  const own = input.chunks.length;
  if (own >= ndim) return input;
  const order = { 1: [null], 2: own === 0 ? [null, null] : [null, 0], 3: threeOf[own]! }[ndim];
  return makePermute(input, order);
}

/** Where NumPy puts the axes of an array of none, one and two among three. */
const threeOf: readonly (readonly (number | null)[])[] = [
  [null, null, null],
  [null, 0, null],
  [0, 1, null],
];

/** Repeated along axes of one element and new ones before; those are cut as `chunks` says. */
export function broadcastNode(input: Node, asked: Shape, who: string, cut?: ChunksLike): Node {
  const shape = checkShape(asked, who);
  const given = shapeOf(input.chunks);
  const added = shape.length - given.length;
  if (added < 0 || given.some((extent, axis) => extent !== shape[axis + added] && extent !== 1)) {
    throw new InputError(`${who} cannot broadcast the shape ${formatShape(given)} to ${formatShape(shape)}`);
  }
  const isOwn = (axis: number) => axis >= added && given[axis - added] === shape[axis];
  if (added === 0 && given.every((_, axis) => isOwn(axis)) && cut === undefined) return input;
  const chunks = normalizeChunks(
    cut ?? shape.map((_, axis) => (isOwn(axis) ? input.chunks[axis - added]! : 'auto')),
    shape,
    input.dtype,
  );
  return spread(input, chunks);
}

/** Repeated to the shape of `chunks`, which broadcasting allows, and cut so. */
export function spread(input: Node, chunks: Chunks): Node {
  const shape = shapeOf(chunks);
  const given = shapeOf(input.chunks);
  const added = shape.length - given.length;
  const own = given.map((extent, axis) => (extent === 1 ? [1] : chunks[axis + added]!));
  const axes = [given.map((_, axis) => axis + added)];
  return makeElementwise({ program: identityOf(input.dtype), axes }, [makeRechunk(input, own)], chunks);
}
