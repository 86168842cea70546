/** What the true elements of a block of bools select. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { InvariantError } from '../util/errors.js';
import { copyListed, multiples, scaled } from './strided.js';

/** The places of the true elements. */
export function truePlaces(mask: Uint8Array): Int32Array<ArrayBuffer> {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  const places = new Int32Array(count);
  for (let i = 0, at = 0; at < count; i++) {
    places[at] = i;
    at += mask[i]!;
  }
  return places;
}

/** The elements of a block where a mask over its axes from `axis` on is true: these become one axis. */
export function compress({ axis }: { readonly axis: number }, block: Block<DType>, mask: Block<'bool'>): Block<DType> {
  const { dtype, shape } = block;
  const end = axis + mask.shape.length;
  if (mask.shape.some((extent, i) => extent !== shape[axis + i])) {
    throw new InvariantError(`a mask of [${mask.shape.join(', ')}] does not fit a block of [${shape.join(', ')}]`);
  }
  const places = truePlaces(mask.data);
  const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(end))];
  const count = places.length;
  const data = allocate(dtype, outer * count * inner);
  const from = scaled(places, inner);
  const to = multiples(count, inner);
  const extents = [outer, inner];
  copyListed(data, block.data, { to, from }, { extents, to: [count * inner, 1], from: [mask.data.length * inner, 1] });
  return { dtype, shape: [...shape.slice(0, axis), count, ...shape.slice(end)], data };
}

/** The indices of the true elements along each axis, a row for each, counted from where the block begins; whole numbers in float64. */
export function trueIndices({ origin }: { readonly origin: readonly number[] }, mask: Block<'bool'>): Block<'float64'> {
  const places = truePlaces(mask.data);
  const ndim = mask.shape.length;
  const data = allocate('float64', places.length * ndim);
  let step = 1;
  for (let axis = ndim - 1; axis >= 0; axis--) {
    const extent = mask.shape[axis]!;
    const start = origin[axis]!;
    for (let i = 0; i < places.length; i++) data[i * ndim + axis] = start + (Math.floor(places[i]! / step) % extent);
    step *= extent;
  }
  return { dtype: 'float64', shape: [places.length, ndim], data };
}

/** The places of the true elements in C order, counted from `start`; whole numbers in float64. */
export function trueNumbers({ start }: { readonly start: number }, mask: Block<'bool'>): Block<'float64'> {
  const places = truePlaces(mask.data);
  const data = allocate('float64', places.length);
  for (let i = 0; i < places.length; i++) data[i] = start + places[i]!;
  return { dtype: 'float64', shape: [places.length], data };
}

/** How many elements a block has along each axis; there may be none. */
export function extentsOf(_: unknown, { shape }: Block<DType>): Block<'float64'> {
  const data = allocate('float64', shape.length);
  data.set(shape);
  return { dtype: 'float64', shape: [1, shape.length], data };
}
