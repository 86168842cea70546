/** mapOverlap: a function of blocks with their neighbours' edges. */
import type { DType, Element } from '../arrow/dtype.js';
import { castElement } from '../arrow/dtype.js';
import { formatShape, isKnown, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { type AxisOverlap, type Boundary, makeOverlap, marginsOf } from '../plan/overlap.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { checkAxis } from './axes.js';
import { ArrayCore } from './core.js';
import { functionNode, takeOptions } from './map-blocks.js';
import { align } from './operands.js';
import type { AnyFunction } from './user-function.js';

type Depth = number | readonly [before: number, after: number];
/** One for all axes, one for each, or some by their axis. */
export type PerAxis<T> = T | readonly T[] | Readonly<Record<number, T>>;
export type BoundaryLike = 'none' | 'reflect' | 'periodic' | 'nearest' | Element;

export interface OverlapOptions {
  /**
   * How many elements of the neighbours a block gets at both of its ends, or `[before, after]`: for all axes, for each, or
   * by axis, 0 for axes that are not named.
   */
  readonly depth: PerAxis<Depth>;
  /** What lies beyond the ends: nothing (default), mirrored elements, those of the other end, the last one, or a value. */
  readonly boundary?: PerAxis<BoundaryLike>;
  /** Whether as many elements are cut off what the function gives (default true). */
  readonly trim?: boolean;
  /** Of the results; found by calling the function on a tiny block unless told. */
  readonly dtype?: DType;
  /** Further arguments: arrays of the same shape, which are extended alike, anything else as it is. */
  readonly args?: readonly unknown[];
}

const optionNames = ['depth', 'boundary', 'trim', 'dtype', 'args'];
const boundaries = ['none', 'reflect', 'periodic', 'nearest'];

/** A node of `fn` of the extended blocks. */
export function mapOverlapNode(fn: AnyFunction, given: readonly unknown[]): Node {
  const who = 'mapOverlap';
  const [first, told] = takeOptions<OverlapOptions>(given, optionNames);
  checkOptionNames(who, told, optionNames);
  if (told.depth === undefined)
    throw new InputError('mapOverlap takes { depth }: how many elements of its neighbours a block gets');
  const all = [...first, ...(told.args ?? [])];
  const nodes = all.flatMap((arg) => (arg instanceof ArrayCore ? [arg.node] : []));
  const { chunks, aligned } = align(nodes, who);
  const other = nodes.find(
    (node) => node.chunks.length !== chunks.length || shapeOf(node.chunks).join() !== shapeOf(chunks).join(),
  );
  if (other) {
    const shapes = nodes.map((node) => formatShape(shapeOf(node.chunks))).join(' and ');
    throw new InputError(`mapOverlap takes arrays of one shape, got ${shapes}`);
  }
  if (!isKnown(chunks))
    throw new InputError('mapOverlap takes arrays of known chunk sizes: use computeChunkSizes first');
  const shape = shapeOf(chunks);
  const axesFor = (dtype: DType) => overlapsOf(shape, told, dtype);
  let i = 0;
  const args = all.map((arg) => {
    if (!(arg instanceof ArrayCore)) return arg;
    const node = aligned[i++]!;
    return new ArrayCore(makeOverlap(node, axesFor(node.dtype)));
  });
  const axes = axesFor('float64');
  const margins = chunks.map((extents, axis) => marginsOf(extents, axes[axis]!));
  const { trim = true } = told;
  const labels = chunks.map((_, axis) => axis);
  return functionNode({
    who,
    fn,
    args,
    dtype: told.dtype,
    out: labels,
    labels: () => labels,
    chunks: trim
      ? chunks
      : chunks.map((extents, axis) =>
          extents.map((extent, at) => extent + margins[axis]![at]![0] + margins[axis]![at]![1]),
        ),
    concatenate: true,
    ...(trim && { trim: axes }),
  });
}

/** What is added along each axis. Raises {@link InputError} for depths and boundaries that an array of that shape cannot have. */
function overlapsOf(
  shape: readonly number[],
  { depth, boundary = 'none' }: OverlapOptions,
  dtype: DType,
): AxisOverlap[] {
  const depths = perAxis<Depth>('depth', depth, shape.length, 0);
  const kinds = perAxis<BoundaryLike>('boundary', boundary, shape.length, 'none');
  return shape.map((extent, axis) => {
    const one = depths[axis]!;
    const [before, after] = typeof one === 'number' ? [one, one] : one;
    if (![before, after].every((d) => Number.isInteger(d) && d >= 0)) {
      throw new InputError(`the depth of axis ${axis} is ${describe(one)}: give integers of 0 or more`);
    }
    const kind = kinds[axis]!;
    if (typeof kind === 'string' && !boundaries.includes(kind)) {
      throw new InputError(
        `there is no boundary ${JSON.stringify(kind)}; there are ${boundaries.join(', ')}, and values`,
      );
    }
    const needed = kind === 'nearest' ? 1 : Math.max(before, after);
    if (['reflect', 'periodic', 'nearest'].includes(kind as string) && before + after > 0 && needed > extent) {
      throw new InputError(
        `axis ${axis} has ${extent} elements, too few for a depth of ${needed} with boundary ${kind}`,
      );
    }
    return { before, after, boundary: typeof kind === 'string' ? (kind as Boundary) : valueFor(kind, dtype) };
  });
}

const valueFor = (value: Element, dtype: DType): number | bigint => {
  const cast = castElement(value, dtype);
  return typeof cast === 'boolean' ? Number(cast) : cast;
};

function perAxis<T>(what: string, given: PerAxis<T>, ndim: number, absent: T): T[] {
  if (typeof given !== 'object' || given === null) return new Array<T>(ndim).fill(given as T);
  if (Array.isArray(given)) {
    if (given.length === ndim) return [...given];
    throw new InputError(`${what} is given for ${given.length} axes, but the array has ${ndim}`);
  }
  const all = new Array<T>(ndim).fill(absent);
  for (const [axis, value] of Object.entries(given)) all[checkAxis(Number(axis), ndim, what)] = value as T;
  return all;
}
