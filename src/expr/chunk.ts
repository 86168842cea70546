/** What aggregates see of a chunk: its values, evaluated as each of them likes to go through them. */
import { type Block, sizeOf } from '../arrow/block.js';
import { type ArrayOf, arrayTypes, type DType, type DTypeArray, isFloat } from '../arrow/dtype.js';
import { panelOf } from '../kernels/tiles.js';
import { stridesOf } from './layout.js';
import { type Program, ProgramBuilder, resultOf } from './program.js';
import { run } from './run.js';
import { type AnyBlock, extentsOf, stepsOf, type Walk } from './tasks.js';

export interface Chunk {
  readonly walk: Walk;
  readonly reduced: readonly number[];
  readonly extents: readonly number[];
  readonly blocks: readonly AnyBlock[];
  /** A second value for each element, as weights. */
  readonly beside?: Program;
  /** Blocks that are not walked over but looked up in. */
  readonly tables: readonly AnyBlock[];
  /** Where the chunk begins in the whole array, and the shape of that, for those that ask. */
  readonly origin: readonly number[];
  readonly whole: readonly number[];
}

export const chunkOf = (spec: Omit<Chunk, 'extents'>): Chunk => ({
  ...spec,
  extents: extentsOf(spec.walk, spec.blocks),
});

/**
 * Panels have about so many elements, which stay in the second cache: what goes over values several times evaluates a
 * panel, and goes over that.
 */
const PANEL = 1 << 16;

export interface Panel {
  /** In C order, with the axes of the walk. */
  readonly values: AnyBlock;
  readonly weights?: Float64Array;
  /** The axis along which panels follow one another, and where this one begins. */
  readonly axis: number;
  readonly start: number;
}

/**
 * The values of a chunk, panel after panel along its first axis. Panels share their memory, which is that of vectors where
 * they are gone over `often`.
 */
export function* panelsOf({ walk, extents, blocks, beside }: Chunk, often = false): Generator<Panel> {
  if (sizeOf(extents) === 0) return;
  const axis = Math.max(
    0,
    extents.findIndex((extent) => extent > 1),
  );
  const extent = extents[axis] ?? 1;
  const rows = Math.max(1, Math.min(extent, Math.floor(PANEL / (sizeOf(extents) / extent))));
  const values = evaluator(walk, extents, blocks, axis, rows, often);
  const weights = beside && evaluator({ ...walk, program: beside }, extents, blocks, axis, rows);
  for (let start = 0; start < extent; start += rows) {
    const count = Math.min(rows, extent - start);
    yield {
      values: values(start, count),
      ...(weights && { weights: weights(start, count).data as Float64Array }),
      axis,
      start,
    };
  }
}

type Evaluate = (start: number, count: number) => AnyBlock;

/** Evaluates a program for a part of a chunk; values that lie there already are taken where they are. */
function evaluator(
  walk: Walk,
  extents: readonly number[],
  blocks: readonly AnyBlock[],
  axis: number,
  rows: number,
  often = false,
): Evaluate {
  const { program, axes, ndim, origin } = walk;
  const dtype = resultOf(program);
  const step = sizeOf(extents.slice(axis + 1));
  const shapeAt = (count: number) => extents.map((extent, at) => (at === axis ? count : extent));
  const length = step * (extents.length === 0 ? 1 : rows);
  const panel = often && isFloat(dtype) ? panelOf(dtype, length) : undefined;
  const plain = plainInput(walk);
  const lies = plain !== undefined && blocks[plain]!.shape.every((extent, at) => extent === extents[at]);
  const scratch = panel ?? (new arrayTypes[dtype](lies ? 0 : length) as DTypeArray);
  /** Panels of one extent are one block. */
  let last: AnyBlock | undefined;
  const resident = (count: number): AnyBlock => {
    if (last?.shape[axis] !== count) {
      const shape = shapeAt(count);
      last = { dtype, shape, data: part(scratch, 0, sizeOf(shape)) };
    }
    return last;
  };
  if (lies) {
    const { data } = blocks[plain]!;
    if (extents.length === 0 || (rows === extents[axis] && !panel)) return () => blocks[plain]!;
    const valuesAt = (start: number, count: number) => part(data, start * step, (start + count) * step);
    if (!panel) return (start, count) => ({ dtype, shape: shapeAt(count), data: valuesAt(start, count) });
    return (start, count) => {
      (panel as Float64Array).set(valuesAt(start, count) as Float64Array);
      return resident(count);
    };
  }
  const steps = blocks.map((block, i) => stepsOf(block, axes[i]!, ndim));
  return (start, count) => {
    const panel = resident(count);
    const inputs = blocks.map((block, i) => part(block.data, start * (steps[i]![axis] ?? 0), block.data.length));
    const from = origin?.map((at, i) => (i === axis ? at + start : at));
    const layout = { extents: panel.shape, strides: [stridesOf(panel.shape), ...steps] };
    run(program, layout, panel.data, inputs, from && { origin: from });
    return panel;
  };
}

const part = (data: DTypeArray, begin: number, end: number): DTypeArray =>
  (data as Float64Array).subarray(begin, end) as DTypeArray;

/** The input that a program gives as it is, with the axes of the walk; undefined for others. */
function plainInput({ program: { steps }, axes, ndim }: Walk): number | undefined {
  const [step] = steps;
  if (steps.length !== 1 || step!.op !== 'input') return undefined;
  const own = axes[step!.value as number]!;
  return own.length === ndim && own.every((axis, i) => axis === i) ? (step!.value as number) : undefined;
}

/** All values of a chunk with the reduced axes last, so that what is reduced to one cell lies in one row. */
export function rowsOf(chunk: Pick<Chunk, 'walk' | 'extents' | 'blocks' | 'reduced'>): {
  readonly data: DTypeArray;
  readonly dtype: DType;
  /** The extents of what is not reduced. */
  readonly cells: readonly number[];
  /** The length of a row. */
  readonly length: number;
} {
  const { walk, extents, blocks, reduced } = chunk;
  const kept = extents.map((_, axis) => axis).filter((axis) => !reduced.includes(axis));
  const order = [...kept, ...reduced];
  const shape = order.map((axis) => extents[axis]!);
  const dtype = resultOf(walk.program);
  const cells = kept.map((axis) => extents[axis]!);
  const length = sizeOf(reduced.map((axis) => extents[axis]!));
  const plain = plainInput(walk);
  const isInOrder = order.every((axis, i) => axis === i);
  if (isInOrder && plain !== undefined && blocks[plain]!.data.length === sizeOf(extents)) {
    return { data: blocks[plain]!.data, dtype, cells, length };
  }
  const data = new arrayTypes[dtype](sizeOf(shape)) as DTypeArray;
  const output = new Array<number>(extents.length);
  stridesOf(shape).forEach((step, i) => {
    output[order[i]!] = step;
  });
  const { program, axes, ndim, origin } = walk;
  const steps = blocks.map((block, i) => stepsOf(block, axes[i]!, ndim));
  run(
    program,
    { extents, strides: [output, ...steps] },
    data,
    blocks.map((block) => block.data),
    { ...(origin && { origin }) },
  );
  return { data, dtype, cells, length };
}

/** The walk over one block in C order. */
export function plainWalk(
  { dtype, shape }: Pick<Block<DType>, 'dtype' | 'shape'>,
  build: (builder: ProgramBuilder, value: number) => number = (_, value) => value,
): Walk {
  const builder = new ProgramBuilder();
  const program = builder.build(build(builder, builder.input(0, dtype)));
  return { program, axes: [shape.map((_, axis) => axis)], ndim: shape.length };
}

/** An array in shared memory of what is in `values`. */
export function shared<D extends DType>(dtype: D, values: ArrayLike<number | bigint>): ArrayOf<D> {
  const Type = arrayTypes[dtype] as unknown as new (buffer: SharedArrayBuffer) => ArrayOf<D>;
  const data = new Type(new SharedArrayBuffer(values.length * arrayTypes[dtype].BYTES_PER_ELEMENT));
  (data as Float64Array).set(values as ArrayLike<number>);
  return data;
}

/** From a place among axes of a chunk to that among those of the whole array, both in C order. */
export function placeIn(
  at: number,
  extents: readonly number[],
  origin: readonly number[],
  whole: readonly number[],
): number {
  let rest = at;
  let step = 1;
  let place = 0;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const above = Math.floor(rest / extents[axis]!);
    place += (origin[axis]! + rest - above * extents[axis]!) * step;
    rest = above;
    step *= whole[axis]!;
  }
  return place;
}
