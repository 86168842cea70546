/** Random programs of whole-array operations, run by the engine and by the reference. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { array, type ChunkedArray, NDArray } from '../../src/array/index.js';
import { allocate } from '../../src/arrow/block.js';
import { castElement, type DType, dtypes, type Element, isFloat, rangeOf } from '../../src/arrow/dtype.js';
import { type OpName, ops } from '../../src/expr/ops.js';
import { InputError } from '../../src/util/errors.js';
import type { Plain } from './reference.js';
import * as truth from './reference.js';

interface Both {
  readonly x: ChunkedArray;
  readonly plain: Plain;
}

const corners = [0, -0, 1, -1, 2, 0.5, -2.5, 7, 127, 255, 1e300, Infinity, -Infinity, Number.NaN];

function elementOf(dtype: DType): fc.Arbitrary<Element> {
  if (dtype === 'bool') return fc.boolean();
  if (isFloat(dtype)) {
    return fc
      .oneof(fc.constantFrom(...corners), fc.integer({ min: -9, max: 9 }), fc.double())
      .map((v) => castElement(v, dtype));
  }
  const [low, high] = rangeOf(dtype);
  const small = fc.bigInt({ min: low < 0n ? -9n : 0n, max: 9n });
  return fc.oneof(small, small, fc.constantFrom(low, high)).map((v) => castElement(v, dtype));
}

interface Given {
  readonly plain: Plain;
  readonly chunks: readonly (readonly number[])[];
}

/** An extent cut where the bits of a number say so. */
function cut(extent: number, bits: number): number[] {
  const chunks: number[] = [];
  let length = 0;
  for (let i = 0; i < extent; i++) {
    length += 1;
    if (i === extent - 1 || (bits >> i) & 1) {
      chunks.push(length);
      length = 0;
    }
  }
  return chunks.length > 0 ? chunks : [0];
}

export const given: fc.Arbitrary<Given> = fc
  .tuple(fc.array(fc.constantFrom<number>(0, 1, 2, 3, 5, 7), { maxLength: 3 }), fc.constantFrom(...dtypes))
  .chain(([shape, dtype]) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = fc.array(elementOf(dtype), { minLength: size, maxLength: size });
    const bits = fc.array(fc.nat(127), { minLength: shape.length, maxLength: shape.length });
    return fc.tuple(values, bits).map(([own, cuts]) => ({
      plain: { dtype, shape, values: own },
      chunks: shape.map((extent, axis) => cut(extent, cuts[axis]!)),
    }));
  });

function toBoth({ plain, chunks }: Given): Both {
  const data = allocate(plain.dtype, plain.values.length);
  plain.values.forEach((value, i) => {
    data[i] = (typeof value === 'boolean' ? Number(value) : value) as never;
  });
  return { x: array.fromArray(new NDArray({ ...plain, data }), { chunks }), plain };
}

type Picks = readonly number[];
/** One step of a program; undefined where it has nothing to do with such an array. */
type Kind = (both: Both, picks: Picks) => Both | undefined;

const pick = <T>(from: readonly T[], by: number): T => from[by % from.length]!;
const axisOf = ({ plain }: Both, by: number): number => by % plain.shape.length;
const hasAxes = ({ plain }: Both): boolean => plain.shape.length > 0;

/** With arrays that have axes alone. */
const onAxis =
  (kind: (both: Both, axis: number, picks: Picks) => Both | undefined): Kind =>
  (both, [first, ...picks]) =>
    hasAxes(both) ? kind(both, axisOf(both, first!), picks) : undefined;

const scalars: readonly Element[] = [0, 1, 2, -1, 3, 0.5, -2.5, true, 2n];
const named = (x: ChunkedArray) => x as unknown as Record<string, (...args: unknown[]) => ChunkedArray>;
const unary = (Object.keys(ops) as OpName[]).filter((op) => ops[op].arity === 1);
const binary = (Object.keys(ops) as OpName[]).filter((op) => ops[op].arity === 2 && op !== 'power');

/** The indices of a slice, as Python has them. */
function indicesOf(extent: number, start: number | null, stop: number | null, step: number): number[] {
  const clamp = (at: number) =>
    Math.max(step < 0 ? -1 : 0, Math.min(step < 0 ? extent - 1 : extent, at < 0 ? at + extent : at));
  const from = start === null ? (step < 0 ? extent - 1 : 0) : clamp(start);
  const to = stop === null ? (step < 0 ? -1 : extent) : clamp(stop);
  const indices: number[] = [];
  for (let i = from; step < 0 ? i > to : i < to; i += step) indices.push(i);
  return indices;
}

const kinds: Readonly<Record<string, Kind>> = {
  unary: ({ x, plain }, [a]) => {
    const op = pick(unary, a!);
    return { x: named(x)[op]!(), plain: truth.elementwise(op, [plain]) };
  },
  withScalar: ({ x, plain }, [a, b, c]) => {
    const op = pick(binary, a!);
    const value = pick(scalars, b!);
    if (c! % 2 === 0) return { x: named(x)[op]!(value), plain: truth.elementwise(op, [plain, value]) };
    const called = (array as unknown as Record<string, (...args: unknown[]) => ChunkedArray>)[op]!;
    return { x: called(value, x), plain: truth.elementwise(op, [value, plain]) };
  },
  withOwnRow: onAxis(({ x, plain }, axis, [a]) => {
    const op = pick(binary, a!);
    if (plain.shape[axis] === 0) return undefined;
    const index = plain.shape.map((_, i) => (i === axis ? [0, 1] : ':')) as never;
    return { x: named(x)[op]!(x.slice(index)), plain: truth.elementwise(op, [plain, truth.take(plain, axis, [0])]) };
  }),
  withTransposed: ({ x, plain }, [a]) => {
    if (plain.shape.length !== 2 || plain.shape[0] !== plain.shape[1]) return undefined;
    const op = pick(binary, a!);
    return { x: named(x)[op]!(x.T), plain: truth.elementwise(op, [plain, truth.transpose(plain, [1, 0])]) };
  },
  where: ({ x, plain }, [a, b]) => {
    if (plain.dtype === 'bool') return undefined;
    const value = pick([0, 1, 2], a!);
    const mask = truth.elementwise('greater', [plain, value]);
    const other = pick([0, 1], b!);
    return { x: array.where(x.greater(value), x, other), plain: truth.elementwise('where', [mask, plain, other]) };
  },
  astype: ({ x, plain }, [a]) => {
    const dtype = pick(dtypes, a!);
    // Floats that an integer does not hold are undefined in NumPy.
    if (isFloat(plain.dtype) && !isFloat(dtype) && dtype !== 'bool') return undefined;
    return { x: x.astype(dtype), plain: truth.astype(plain, dtype) };
  },
  transpose: ({ x, plain }, picks) => {
    const axes = plain.shape.map((_, axis) => axis).sort((a, b) => (picks[a] ?? 0) - (picks[b] ?? 0) || a - b);
    return { x: x.transpose(axes), plain: truth.transpose(plain, axes) };
  },
  slice: onAxis(({ x, plain }, axis, [a, b, c]) => {
    const ends = [null, 0, 1, 2, -1, -2, 5, -9];
    const [start, stop, step] = [pick(ends, a!), pick(ends, b!), pick([1, 2, -1, -2, 3], c!)];
    const index = plain.shape.map((_, i) => (i === axis ? [start, stop, step] : ':')) as never;
    return { x: x.slice(index), plain: truth.take(plain, axis, indicesOf(plain.shape[axis]!, start, stop, step)) };
  }),
  index: onAxis(({ x, plain }, axis, [a]) => {
    const extent = plain.shape[axis]!;
    if (extent === 0) return undefined;
    const at = a! % extent;
    const index = plain.shape.map((_, i) => (i === axis ? at - (a! % 2) * extent : ':')) as never;
    const taken = truth.take(plain, axis, [at]);
    return {
      x: x.slice(index),
      plain: truth.reshape(
        taken,
        taken.shape.filter((_, i) => i !== axis),
      ),
    };
  }),
  take: onAxis(({ x, plain }, axis, picks) => {
    const extent = plain.shape[axis]!;
    if (extent === 0) return undefined;
    const indices = picks.slice(0, picks[0]! % 5).map((value) => value % extent);
    const given = Int32Array.from(indices, (at, i) => (i % 2 === 0 ? at : at - extent));
    return { x: x.take(given, axis), plain: truth.take(plain, axis, indices) };
  }),
  ravel: ({ x, plain }) => ({ x: x.ravel(), plain: truth.reshape(plain, [plain.values.length]) }),
  split: onAxis(({ x, plain }, axis, [a]) => {
    const extent = plain.shape[axis]!;
    const divisors = Array.from({ length: extent }, (_, i) => i + 1).filter((size) => extent % size === 0);
    if (divisors.length === 0) return undefined;
    const size = pick(divisors, a!);
    const shape = [...plain.shape.slice(0, axis), extent / size, size, ...plain.shape.slice(axis + 1)];
    return { x: x.reshape(shape), plain: truth.reshape(plain, shape) };
  }),
  expandDims: ({ x, plain }, [a]) => {
    const axis = a! % (plain.shape.length + 1);
    const shape = [...plain.shape.slice(0, axis), 1, ...plain.shape.slice(axis)];
    return { x: x.expandDims(axis), plain: truth.reshape(plain, shape) };
  },
  squeeze: ({ x, plain }) => ({
    x: x.squeeze(),
    plain: truth.reshape(
      plain,
      plain.shape.filter((extent) => extent !== 1),
    ),
  }),
  flip: onAxis(({ x, plain }, axis) => ({
    x: x.flip(axis),
    plain: truth.take(plain, axis, indicesOf(plain.shape[axis]!, null, null, -1)),
  })),
  roll: onAxis(({ x, plain }, axis, [a]) => {
    const extent = plain.shape[axis]!;
    const shift = (a! % 9) - 4;
    const indices = Array.from({ length: extent }, (_, i) => (((i - shift) % extent) + extent) % extent);
    return { x: x.roll(shift, axis), plain: truth.take(plain, axis, indices) };
  }),
  repeat: onAxis(({ x, plain }, axis, [a]) => {
    const times = a! % 4;
    const indices = Array.from({ length: plain.shape[axis]! * times }, (_, i) => Math.floor(i / times));
    return { x: x.repeat(times, axis), plain: truth.take(plain, axis, indices) };
  }),
  concatenate: onAxis(({ x, plain }, axis) => ({
    x: array.concatenate([x, x.flip(axis)], axis),
    plain: truth.concatenate([plain, truth.take(plain, axis, indicesOf(plain.shape[axis]!, null, null, -1))], axis),
  })),
  pad: onAxis(({ x, plain }, axis, [a, b]) => {
    const [before, after] = [a! % 3, b! % 3];
    const widths = plain.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])) as never;
    return { x: x.pad(widths, 'constant', { constantValues: 1 }), plain: truth.pad(plain, axis, before, after, 1) };
  }),
  rechunk: ({ x, plain }, picks) => ({
    x: x.rechunk(plain.shape.map((extent, axis) => cut(extent, picks[axis] ?? 0))),
    plain,
  }),
  fold: onAxis(({ x, plain }, axis, [a]) => {
    const name = pick(Object.keys(truth.folds), a!);
    const isRounded = isFloat(plain.dtype) && (name === 'sum' || name === 'prod');
    if (isRounded || (plain.shape[axis] === 0 && (name === 'min' || name === 'max'))) return undefined;
    return { x: named(x)[name]!(axis), plain: truth.fold(plain, name, axis) };
  }),
  countNonzero: onAxis(({ x, plain }, axis) => ({ x: x.countNonzero(axis), plain: truth.countNonzero(plain, axis) })),
  extreme: onAxis(({ x, plain }, axis, [a]) => {
    if (plain.shape[axis] === 0) return undefined;
    const name = pick(['argmin', 'argmax'] as const, a!);
    return { x: x[name](axis), plain: truth.extreme(plain, name, axis) };
  }),
  cumulate: onAxis(({ x, plain }, axis, [a]) => {
    if (isFloat(plain.dtype)) return undefined;
    const name = pick(['cumsum', 'cumprod'] as const, a!);
    return { x: x[name](axis), plain: truth.cumulate(plain, name, axis) };
  }),
  sort: onAxis(({ x, plain }, axis) => ({ x: x.sort(axis), plain: truth.sort(plain, axis) })),
  argsort: onAxis(({ x, plain }, axis) => ({ x: x.argsort(axis), plain: truth.argsort(plain, axis) })),
  matmul: ({ x, plain }) => {
    if (plain.shape.length !== 2 || isFloat(plain.dtype) || plain.dtype === 'bool') return undefined;
    const wide = plain.dtype.startsWith('u') ? ('uint64' as const) : ('int64' as const);
    const own = { x: x.astype(wide), plain: truth.astype(plain, wide) };
    return { x: own.x.matmul(own.x.T), plain: truth.matmul(own.plain, truth.transpose(own.plain, [1, 0])) };
  },
};

const MOST_ELEMENTS = 3000;

export const program = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(kinds)), fc.array(fc.nat(999), { minLength: 6, maxLength: 6 })),
  { minLength: 1, maxLength: 8 },
);

/** Runs a program on both; steps that an array does not allow are left out by both. */
export function run(start: Given, steps: readonly (readonly [string, Picks])[]): { both: Both; story: string[] } {
  let both = toBoth(start);
  const story: string[] = [];
  for (const [name, picks] of steps) {
    let next: Both | undefined;
    try {
      next = kinds[name]!(both, picks);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      continue; // there is no such operation of that dtype, or it is not a method
    }
    if (!next || next.plain.values.length > MOST_ELEMENTS) continue;
    both = next;
    story.push(`${name}(${picks})`);
  }
  return { both, story };
}

/** One NaN, and 0 for -0, of which NumPy itself gives now one and now the other. */
const told = (values: Iterable<unknown>): unknown[] => Array.from(values, (value) => (value === 0 ? 0 : value));

export async function holds(start: Given, steps: readonly (readonly [string, Picks])[]): Promise<void> {
  const { both, story } = run(start, steps);
  const { x, plain } = both;
  const why = story.join(' ');
  expect([x.dtype, x.shape], why).toEqual([plain.dtype, plain.shape]);
  const found = await x.compute();
  const isBare = !(found instanceof NDArray);
  const values: unknown[] = isBare
    ? [found]
    : Array.from(found.data as Float64Array, (value) => (plain.dtype === 'bool' ? (value as number) === 1 : value));
  const bare = (value: Element) =>
    isBare && typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  expect(told(values), why).toEqual(told(plain.values.map(bare)));
}
