/** Random programs of array operations, cut in chunks at random, give what NumPy gives for the whole arrays. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, NDArray } from '../../src/array/index.js';
import { allocate } from '../../src/arrow/block.js';
import { castElement, type DType, type Element, isBig, isFloat } from '../../src/arrow/dtype.js';

interface Encoded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}
interface Program {
  readonly inputs: readonly (Encoded & { readonly chunks: readonly (readonly number[])[] })[];
  readonly steps: readonly (readonly [name: string, ...args: unknown[]])[];
  readonly result: Encoded;
  readonly tolerance: number;
}

const golden = new URL('../../../test/golden/array-programs.json', import.meta.url);
const programs = JSON.parse(readFileSync(golden, 'utf8')) as readonly Program[];

const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };

function decode({ dtype, shape, data }: Encoded): NDArray {
  const values = allocate(dtype, data.length);
  for (const [i, given] of data.entries()) {
    const value: Element = typeof given === 'string' ? (special[given] ?? BigInt(given)) : given;
    values[i] = (isFloat(dtype) || isBig(dtype) ? castElement(value, dtype) : Number(value)) as never;
  }
  return new NDArray({ dtype, shape, data: values });
}

type Method = (...args: unknown[]) => ChunkedArray;

function run({ inputs, steps }: Program): ChunkedArray {
  const values: ChunkedArray[] = inputs.map((input) => array.fromArray(decode(input), { chunks: input.chunks }));
  const filled = (arg: unknown): unknown => {
    if (Array.isArray(arg)) return arg.map(filled);
    return typeof arg === 'object' && arg !== null && 'v' in arg ? values[arg.v as number] : arg;
  };
  for (const [name, ...args] of steps) {
    const given = args.map(filled);
    const functions = array as unknown as Record<string, Method>;
    if (name.startsWith('array.')) values.push(functions[name.slice(6)]!(...given));
    else {
      const [receiver, ...rest] = given as [Record<string, Method>, ...unknown[]];
      values.push(receiver[name]!(...rest));
    }
  }
  return values.at(-1)!;
}

/** How far two numbers are from each other, relative to the larger; 0 for two NaNs and for equal infinities. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const size = Math.max(Math.abs(a), Math.abs(b), 1);
  const difference = Math.abs(a - b) / size;
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

test('there are 2,000 programs', () => {
  expect(programs.length).toBe(2000);
});

const SIZE = 100;
describe.each(Array.from({ length: programs.length / SIZE }, (_, i) => i * SIZE))('programs from %i on', (first) => {
  test.each(programs.slice(first, first + SIZE).map((program, i) => [first + i, program] as const))(
    '%i',
    async (_, program) => {
      const expected = decode(program.result);
      const lazy = run(program);
      expect([lazy.dtype, lazy.shape]).toEqual([expected.dtype, expected.shape]);
      const [found] = await Promise.all([lazy.expandDims(0).compute()]);
      expect([found.dtype, found.shape.slice(1)]).toEqual([expected.dtype, expected.shape]);
      if (program.tolerance === 0) expect(Array.from(found.data as Float64Array)).toEqual(plain(expected));
      else {
        const values = Array.from(found.data as Float64Array);
        const far = values.map((value, i) => distance(value, (expected.data as Float64Array)[i]!));
        expect(Math.max(0, ...far)).toBeLessThan(program.tolerance);
      }
    },
  );
});

/** A sum may come out as 0 where another order gives -0. */
const plain = ({ data }: NDArray): unknown[] => Array.from(data as Float64Array);
