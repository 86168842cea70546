/** Reductions, running sums, sorting and counting against NumPy, in many cuts. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, NDArray } from '../../src/array/index.js';
import { allocate } from '../../src/arrow/block.js';
import { castElement, type DType, type Element, isBig } from '../../src/arrow/dtype.js';
import { compute } from '../../src/client/collections.js';
import { SheafError } from '../../src/util/errors.js';
import { root } from '../support/paths.js';

interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}
interface Case {
  readonly input: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly options: object | null;
  readonly rtol: number;
  readonly result: Plain | 'raises';
}

const path = new URL('test/golden/reductions.json.gz', `file://${root}/`);
const { inputs, cases } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
  readonly inputs: Readonly<Record<string, Plain>>;
  readonly cases: readonly Case[];
};

/** 64-bit integers and what JSON has no number for are texts. */
const element = (value: number | string | boolean, dtype: DType): Element =>
  typeof value !== 'string' ? value : isBig(dtype) ? BigInt(value) : Number(value);

function arrayOf({ dtype, shape, data }: Plain): NDArray {
  const values = allocate(dtype, data.length);
  data.forEach((value, i) => {
    values[i] = castElement(element(value, dtype), dtype) as never;
  });
  return new NDArray({ dtype, shape, data: values });
}

const cuts: readonly (readonly [string, (shape: readonly number[]) => number[][]])[] = [
  ['one chunk', (shape) => shape.map((extent) => [extent])],
  ['chunks of two', (shape) => shape.map((extent) => evenly(extent, 2))],
  ['chunks of three', (shape) => shape.map((extent) => evenly(extent, 3))],
  ['ragged chunks', (shape) => shape.map((extent) => (extent > 3 ? [1, extent - 3, 2] : [extent]))],
  ['chunks of one', (shape) => shape.map((extent) => evenly(extent, 1))],
  [
    'cut along the last axis',
    (shape) => shape.map((extent, i) => (i < shape.length - 1 ? [extent] : evenly(extent, 2))),
  ],
  ['cut along the first axis', (shape) => shape.map((extent, i) => (i > 0 ? [extent] : evenly(extent, 4)))],
];

const evenly = (extent: number, size: number): number[] =>
  extent === 0 ? [0] : Array.from({ length: Math.ceil(extent / size) }, (_, i) => Math.min(size, extent - i * size));

type Methods = Record<string, (...args: unknown[]) => unknown>;

function call(x: ChunkedArray, { method, args, options }: Case): ChunkedArray {
  const steps = method.split('.');
  const all = [...args, ...(options ? [options] : method === 'unique.values' ? [] : [])];
  if (method.startsWith('unique.')) {
    const parts = x.unique({ returnIndex: true, returnInverse: true, returnCounts: true });
    return parts[steps[1] as 'values']!;
  }
  if (steps[0] === 'sorted') return (x.sort() as unknown as Methods)[steps[1]!]!(...all) as ChunkedArray;
  const result = (x as unknown as Methods)[steps[0]!]!(...all);
  return (steps[1] === undefined ? result : (result as readonly ChunkedArray[])[Number(steps[1])]) as ChunkedArray;
}

function agree(result: NDArray | Element, wanted: NDArray, rtol: number): string | undefined {
  const shape = result instanceof NDArray ? result.shape : [];
  if (result instanceof NDArray && result.dtype !== wanted.dtype) return `dtype ${result.dtype} is not ${wanted.dtype}`;
  if (`${shape}` !== `${wanted.shape}`) return `shape [${shape}] is not [${wanted.shape}]`;
  const data = result instanceof NDArray ? result.data : [result];
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [Number(data[i]), Number(wanted.data[i])];
    const same = isBig(wanted.dtype)
      ? BigInt(data[i] as bigint) === wanted.data[i]
      : a === b || (Number.isNaN(a) && Number.isNaN(b));
    if (!same && !(Math.abs(a - b) <= rtol * Math.max(Math.abs(b), Number.isFinite(b) ? 1 : 0)))
      return `${data[i]} is not ${wanted.data[i]} at ${i}`;
  }
  return undefined;
}

const blocks = new Map(Object.entries(inputs).map(([name, plain]) => [name, arrayOf(plain)]));
const byMethod = new Map<string, Case[]>();
for (const one of cases) byMethod.set(one.method, [...(byMethod.get(one.method) ?? []), one]);

describe('answers as NumPy does', () => {
  test.each([...byMethod.keys()])('%s', async (method) => {
    const wrong: string[] = [];
    const due: {
      readonly about: string;
      readonly lazy: ChunkedArray;
      readonly wanted: NDArray;
      readonly rtol: number;
    }[] = [];
    for (const [i, one] of byMethod.get(method)!.entries()) {
      const block = blocks.get(one.input)!;
      for (const [cut, chunksOf] of [cuts[i % cuts.length]!]) {
        const about = `${one.input}.${method}(${JSON.stringify([...one.args, one.options])}) in ${cut}`;
        let lazy: ChunkedArray | undefined;
        try {
          lazy = call(array.fromArray(block, { chunks: chunksOf(block.shape) }), one);
          if (one.result === 'raises') {
            await lazy.compute();
            wrong.push(`${about} does not raise`);
          }
        } catch (error) {
          if (one.result !== 'raises' || !(error instanceof SheafError)) wrong.push(`${about}: ${error}`);
          continue;
        }
        if (one.result !== 'raises') due.push({ about, lazy, wanted: arrayOf(one.result), rtol: one.rtol });
      }
    }
    const results = await compute(...due.map(({ lazy }) => lazy));
    due.forEach(({ about, wanted, rtol }, i) => {
      const difference = agree(results[i] as NDArray | Element, wanted, rtol);
      if (difference) wrong.push(`${about}: ${difference}`);
    });
    expect(wrong).toEqual([]);
  });
});
