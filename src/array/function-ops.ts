/** Operations of tasks that call functions of the user's for elements. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { castElement, type DType, type Element } from '../arrow/dtype.js';
import { stridesOf } from '../expr/layout.js';
import { loadedFunction } from '../shipping/registry.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

export interface Generation {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where the block begins in the whole array. */
  readonly origin: readonly number[];
  readonly fns: { readonly fn: string };
}

/** Calls for elements of several blocks that are broadcast together. */
export interface Calls {
  readonly dtype: DType;
  /** The extents of the block that it gives. */
  readonly expected: readonly number[];
  readonly fns: { readonly fn: string };
}

/** The block of what a function gives for each element of others, of which 64-bit integers are given as numbers. */
export async function each({ dtype, fns }: Calls, ...blocks: readonly Block<DType>[]): Promise<Block<DType>> {
  const fn = (await loadedFunction(fns.fn)) as (...elements: readonly Element[]) => unknown;
  const ndim = Math.max(0, ...blocks.map((block) => block.shape.length));
  const shape = Array.from({ length: ndim }, (_, axis) => {
    const extents = blocks.map(({ shape: own }) => own[axis - ndim + own.length] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
  const steps = blocks.map(({ shape: own }) => [...shape.slice(own.length).map(() => 0), ...stridesOf(own)]);
  const data = allocate(dtype, sizeOf(shape));
  const place = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    const elements = blocks.map((block, b) => elementOf(block, dot(place, steps[b]!)));
    data[i] = castElement(checked(fn(...elements), 'map', elements), dtype) as never;
    for (let axis = ndim - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
  return { dtype, shape, data };
}

function elementOf({ dtype, data }: Block<DType>, at: number): Element {
  const value = data[at]!;
  return dtype === 'bool' ? value === 1 : Number(value);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function checked(value: unknown, who: string, of: readonly unknown[]): Element {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  throw new InputError(
    `${who} takes a function that gives numbers, bigints or booleans, and of ${of.join(', ')} it gave ${describe(value)}`,
  );
}

/** The block of what a function gives for the indices of each element. */
export async function generate({ dtype, shape, origin, fns }: Generation): Promise<Block<DType>> {
  const fn = (await loadedFunction(fns.fn)) as (...place: readonly number[]) => unknown;
  const data = allocate(dtype, sizeOf(shape));
  const place = [...origin];
  for (let i = 0; i < data.length; i++) {
    data[i] = castElement(checked(fn(...place), 'fromFunction', place), dtype) as never;
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === origin[axis]! + shape[axis]!; axis--) {
      place[axis] = origin[axis]!;
    }
  }
  return { dtype, shape, data };
}
