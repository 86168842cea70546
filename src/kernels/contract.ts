/** Contractions of blocks: sums of products over the axes that two blocks share, as products of matrices. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray } from '../arrow/dtype.js';
import { gemm, type Matrix } from './gemm.js';

export interface Contraction {
  /** The label of each axis of the blocks; -1 for one of one element that has none. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** The labels of the result: those of both blocks first, then those of the first, then those of the second. */
  readonly out: readonly number[];
}

/** What each label is to a contraction. */
export function rolesOf({ a, b, out }: Contraction) {
  return {
    batch: out.filter((label) => a.includes(label) && b.includes(label)),
    rows: out.filter((label) => !b.includes(label)),
    columns: out.filter((label) => !a.includes(label)),
    summed: a.filter((label) => label >= 0 && b.includes(label) && !out.includes(label)),
  };
}

/** The sum of the contractions of pairs of blocks, and of the first block where that is what was summed before. */
export function contract(
  { hasSum = false, ...contraction }: Contraction & { readonly hasSum?: boolean },
  ...blocks: Block<DType>[]
): Block<DType> {
  const { a, b, out } = contraction;
  const { batch, rows, columns, summed } = rolesOf(contraction);
  const sum = hasSum ? blocks[0] : undefined;
  const pairs = sum ? blocks.slice(1) : blocks;
  const extents = new Map<number, number>();
  const [firstA, firstB] = pairs as [Block<DType>, Block<DType>];
  a.forEach((label, axis) => void extents.set(label, firstA.shape[axis]!));
  b.forEach((label, axis) => void extents.set(label, firstB.shape[axis]!));
  const shape = out.map((label) => extents.get(label)!);
  const { dtype } = firstA;
  const data = allocate(dtype, sizeOf(shape));
  if (sum) (data as Float64Array).set(sum.data as Float64Array);
  const size = (labels: readonly number[]) => sizeOf(labels.map((label) => extents.get(label)!));
  const [count, m, n] = [size(batch), size(rows), size(columns)];
  for (let i = 0; i < pairs.length; i += 2) {
    const [left, right] = [pairs[i]!, pairs[i + 1]!];
    const k = sizeOf(summed.map((label) => left.shape[a.indexOf(label)]!));
    const x = stackOf(left, a, batch, rows, summed);
    const y = stackOf(right, b, batch, summed, columns);
    for (let at = 0; at < count; at++) {
      const z = { data, offset: at * m * n, rowStride: n, colStride: 1 };
      gemm(dtype, m, n, k, x(at), y(at), z);
    }
  }
  return { dtype, shape, data };
}

/** A block as a stack of matrices: where axes that are to be one do not lie so, of a copy in that order. */
function stackOf(
  block: Block<DType>,
  labels: readonly number[],
  batch: readonly number[],
  rows: readonly number[],
  columns: readonly number[],
): (at: number) => Matrix {
  const axes = [...batch, ...rows, ...columns].map((label) => labels.indexOf(label));
  const strides = stepsOf(block.shape);
  const merge = (count: number, skip: number) => {
    const own = axes.slice(skip, skip + count).filter((axis) => block.shape[axis] !== 1);
    const fits = own.every(
      (axis, i) => i === own.length - 1 || strides[axis] === strides[own[i + 1]!]! * block.shape[own[i + 1]!]!,
    );
    return fits ? (own.length > 0 ? strides[own.at(-1)!]! : 1) : undefined;
  };
  const batchStride = merge(batch.length, 0);
  const rowStride = merge(rows.length, batch.length);
  const colStride = merge(columns.length, batch.length + rows.length);
  if (batchStride !== undefined && rowStride !== undefined && colStride !== undefined) {
    const { data } = block;
    return (at) => ({ data, offset: at * batchStride, rowStride, colStride });
  }
  const extents = axes.map((axis) => block.shape[axis]!);
  const data = inOrder(
    block.data,
    extents,
    axes.map((axis) => strides[axis]!),
  );
  const width = sizeOf(extents.slice(batch.length + rows.length));
  const size = sizeOf(extents.slice(batch.length));
  return (at) => ({ data, offset: at * size, rowStride: width, colStride: 1 });
}

const stepsOf = (shape: readonly number[]): number[] => {
  const steps = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step;
    step *= shape[axis]!;
  }
  return steps;
};

/** The elements of a strided walk, in one piece. */
function inOrder(data: DTypeArray, extents: readonly number[], strides: readonly number[]): DTypeArray {
  const source = data as Float64Array;
  const result = new (source.constructor as Float64ArrayConstructor)(sizeOf(extents));
  let out = 0;
  const walk = (axis: number, at: number): void => {
    const [extent, stride] = [extents[axis]!, strides[axis]!];
    if (axis < extents.length - 1) for (let i = 0; i < extent; i++) walk(axis + 1, at + i * stride);
    else for (let i = 0; i < extent; i++) result[out++] = source[at + i * stride]!;
  };
  walk(0, 0);
  return result;
}
