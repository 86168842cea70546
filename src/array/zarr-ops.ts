/** The operations of tasks that read Zarr arrays and write them. */
import type { Block } from '../arrow/block.js';
import { arrayTypes, type DType, type DTypeArray } from '../arrow/dtype.js';
import type { Op } from '../graph/task.js';
import { type ZarrSource, zarrArray } from '../io/zarr.js';
import { shared } from './block-like.js';
import { unstrided } from './strided.js';

interface Part {
  readonly source: ZarrSource;
  readonly from: readonly number[];
  readonly extents: readonly number[];
}

/** What zarrita gives and takes: bools are in an array of a class of its own. */
interface Chunk {
  readonly data: { readonly buffer: ArrayBuffer; readonly byteOffset: number; readonly length: number };
  readonly shape: number[];
  readonly stride: number[];
}

/** A part of an array; what lies in no stored chunk is not read. */
export const read: Op = async ({ source, from, extents }: Part): Promise<Block<DType>> => {
  const { path, dtype } = source;
  const [zarr, array] = await Promise.all([import('zarrita'), zarrArray(path)]);
  const Type = arrayTypes[dtype] as unknown as new (
    buffer: ArrayBuffer | number,
    offset?: number,
    length?: number,
  ) => DTypeArray;
  if (extents.length === 0) {
    const data = new Type(1);
    data[0] = (await zarr.get(array, [])) as never;
    return shared({ dtype, shape: [], data });
  }
  if (extents.includes(0)) return shared({ dtype, shape: extents, data: new Type(0) });
  const selection = from.map((start, axis) => zarr.slice(start, start + extents[axis]!));
  const { data, stride } = (await zarr.get(array, selection, {
    useSharedArrayBuffer: true,
  } as never)) as unknown as Chunk;
  const values = new Type(data.buffer, data.byteOffset, data.length);
  const block = { dtype, shape: extents, data: values };
  return shared(isInOrder(extents, stride) ? block : { ...unstrided({ ...block, stride }), dtype });
};

/** Writes a block, which covers stored chunks wholly. */
export const write: Op = async ({ path, from }: { path: string; from: readonly number[] }, block: Block<DType>) => {
  const { dtype, shape, data } = block;
  const [zarr, array] = await Promise.all([import('zarrita'), zarrArray(path)]);
  if (shape.includes(0)) return;
  if (shape.length === 0) {
    await zarr.set(array as never, [], (dtype === 'bool' ? data[0] === 1 : data[0]) as never);
    return;
  }
  const selection = from.map((start, axis) => zarr.slice(start, start + shape[axis]!));
  const values = dtype === 'bool' ? new zarr.BoolArray(data.buffer, data.byteOffset, data.length) : data;
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  await zarr.set(array as never, selection, { data: values, shape: [...shape], stride } as never);
};

function isInOrder(shape: readonly number[], stride: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}
