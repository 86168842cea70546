/** What NumPy takes by indices and puts there, by the script test/golden/make_indexing.py. */
import { expect, test } from 'vitest';
import { array, type ChunkedArray, type DType, type IndexEntry, NDArray, type Nested } from '../../src/array/index.js';
import { allocate, type Block, sizeOf } from '../../src/arrow/block.js';
import { isBig } from '../../src/arrow/dtype.js';
import type { Chunks } from '../../src/plan/chunks.js';
import { golden } from '../support/golden.js';

interface Answer {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | boolean)[];
}
type Entry =
  | number
  | string
  | { readonly range: readonly (number | null)[] }
  | { readonly list: Nested; readonly computed?: Chunks }
  | { readonly mask: readonly boolean[]; readonly shape: readonly number[]; readonly computed?: Chunks };
interface Program {
  readonly shape: readonly number[];
  readonly chunks: Chunks;
  readonly dtype: DType;
  readonly result: Answer;
  // biome-ignore lint/suspicious/noExplicitAny: what else each sort of program has
  readonly [field: string]: any;
}

const record = golden('indexing.json') as Record<string, readonly Program[]>;

function block(dtype: DType, shape: readonly number[], values: readonly (number | boolean)[]): Block<DType> {
  const data = allocate(dtype, sizeOf(shape));
  values.forEach((value, i) => {
    data[i] = (isBig(dtype) ? BigInt(value) : Number(value)) as never;
  });
  return { dtype, shape, data };
}

/** The array of the numbers that a program begins with. */
function given({ shape, chunks, dtype }: Program): ChunkedArray {
  const modulus = dtype === 'bool' ? 2 : dtype === 'int8' ? 127 : 251;
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => i % modulus);
  return array.fromArray(block(dtype, shape, values), { chunks });
}

/** Integers from nested ones; lists without any have no shape but that of their arrays. */
function integers(list: Nested): Block<DType> {
  const shape: number[] = [];
  for (let level: unknown = list; Array.isArray(level); level = level[0]) shape.push(level.length);
  return block('int64', shape, [list].flat(9) as number[]);
}

function entry(from: Entry): IndexEntry {
  if (from === 'newaxis') return array.newaxis;
  if (typeof from === 'number' || typeof from === 'string') return from;
  if ('range' in from) return from.range;
  const made = 'mask' in from ? block('bool', from.shape, from.mask) : integers(from.list);
  return from.computed ? array.fromArray(made, { chunks: from.computed }) : made;
}

const entries = (index: readonly Entry[]): IndexEntry[] => index.map(entry);

async function answerOf(x: ChunkedArray): Promise<Answer> {
  const computed: unknown = await x.compute();
  if (!(computed instanceof NDArray)) {
    return {
      shape: [],
      dtype: x.dtype,
      data: [typeof computed === 'bigint' ? Number(computed) : computed] as number[],
    };
  }
  const { shape, data } = computed;
  return { shape, dtype: x.dtype, data: Array.from(data as ArrayLike<number | bigint>, Number) };
}

/** Programs that do not give what NumPy does, with what they give. */
async function wrong(
  programs: readonly Program[],
  run: (program: Program) => ChunkedArray,
  expected: (program: Program) => Answer = ({ result }) => result,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const program of programs) {
    const { shape, dtype, data } = expected(program);
    const wanted = { shape, dtype, data: data.map(Number) };
    let got: unknown;
    try {
      const x = run(program);
      const answer = await answerOf(x);
      got = { ...answer, data: answer.data.map(Number) };
      // Unknown extents may be anything.
      const fits = x.shape.every((extent, axis) => Number.isNaN(extent) || extent === shape[axis]);
      if (!fits) got = x.shape;
    } catch (error) {
      got = (error as Error).stack;
    }
    if (JSON.stringify(got) !== JSON.stringify(wanted)) found.push({ program: JSON.stringify(program), got });
  }
  return found.slice(0, 3);
}

test.each(['slice', 'arrays', 'masks'])('%s', async (name) => {
  expect(await wrong(record[name]!, (program) => given(program).slice(entries(program.index)))).toEqual([]);
});

test('vindex', async () => {
  expect(await wrong(record.vindex!, (program) => given(program).vindex(...entries(program.index)))).toEqual([]);
});

test('take', async () => {
  const run = (program: Program) => given(program).take(integers(program.indices), program.axis);
  expect(await wrong(record.take!, run)).toEqual([]);
});

test('takeAlongAxis', async () => {
  const run = (isComputed: boolean) => (program: Program) => {
    const indices = integers(program.indices);
    const operand = isComputed ? array.fromArray(indices, { chunks: program.cut }) : indices;
    return given(program).takeAlongAxis(operand, program.axis);
  };
  expect(await wrong(record.takeAlongAxis!, run(true))).toEqual([]);
  expect(await wrong(record.takeAlongAxis!, run(false))).toEqual([]);
});

test('compress', async () => {
  const run = (program: Program) => given(program).compress(program.condition, program.axis);
  expect(await wrong(record.compress!, run)).toEqual([]);
});

test('argwhere, nonzero and flatnonzero', async () => {
  const programs = record.nonzero!;
  expect(
    await wrong(
      programs,
      (program) => given(program).argwhere(),
      ({ argwhere }) => argwhere,
    ),
  ).toEqual([]);
  expect(
    await wrong(
      programs,
      (program) => given(program).flatnonzero(),
      (program) => program.flatnonzero,
    ),
  ).toEqual([]);
  for (const axis of [0, 1, 2]) {
    const those = programs.filter(({ shape }) => shape.length > axis);
    const expected = ({ nonzero }: Program): Answer => nonzero[axis];
    expect(await wrong(those, (program) => given(program).nonzero()[axis]!, expected)).toEqual([]);
  }
});

test('setItem', async () => {
  const run = (program: Program) => {
    const { shape, chunks, data } = program.value;
    const value = array.fromArray(block('int64', shape, data), { chunks });
    return given(program).setItem(entries(program.index), value);
  };
  expect(await wrong(record.setItem!, run)).toEqual([]);
});

test('slices between other operations', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of a step
  const steps: Record<string, (x: ChunkedArray, ...args: any[]) => ChunkedArray> = {
    slice: (x, index) => x.slice(entries(index)),
    T: (x) => x.T,
    add: (x) => x.add(7),
    self: (x) => x.multiply(x.slice(['...', [null, null, -1]])).remainder(1009),
    row: (x) => x.multiply(array.arange(x.shape.at(-1)!)),
    sum: (x, axis, keepdims) => x.sum(axis, { keepdims }),
    concatenate: (x, axis) => array.concatenate([x, x.add(1), x], axis),
    rechunk: (x, chunks) => x.rechunk(chunks),
  };
  const run = (program: Program) =>
    (program.steps as readonly [string, ...unknown[]][]).reduce(
      (x, [name, ...args]) => steps[name]!(x, ...args),
      given(program),
    );
  expect(await wrong(record.chains!, run)).toEqual([]);
});
