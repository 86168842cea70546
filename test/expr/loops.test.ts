/** The dtypes and values of every operation on the corners of every dtype, beside NumPy's loops. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { array } from '../../src/array/index.js';
import { allocate } from '../../src/arrow/block.js';
import { castElement, type DType, type DTypeArray, isBig, isFloat } from '../../src/arrow/dtype.js';
import type { OpName } from '../../src/expr/ops.js';
import { ProgramBuilder, resultOf } from '../../src/expr/program.js';
import { map } from '../../src/expr/tasks.js';
import { root } from '../support/paths.js';

type Encoded = number | string | boolean;
type Row = readonly [dtype: DType, values: readonly Encoded[]] | null;
interface Golden {
  readonly corners: Readonly<Record<DType, readonly Encoded[]>>;
  readonly unary: Readonly<Record<OpName, Readonly<Record<DType, Row>>>>;
  readonly binary: Readonly<Record<OpName, Readonly<Record<string, Row>>>>;
  readonly cast: Readonly<Record<string, readonly [readonly Encoded[], readonly Encoded[]]>>;
}
const golden = JSON.parse(gunzipSync(readFileSync(`${root}/test/golden/loops.json.gz`)).toString()) as Golden;

const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };

function decode(dtype: DType, values: readonly Encoded[]): DTypeArray {
  const data = allocate(dtype, values.length);
  values.forEach((given, i) => {
    const value = typeof given === 'string' ? (special[given] ?? BigInt(given)) : given;
    data[i] = (isFloat(dtype) || isBig(dtype) ? castElement(value, dtype) : Number(value)) as never;
  });
  return data;
}

/** Of arrays whose axes are those of a table. */
function apply(op: OpName, operands: readonly (readonly [DType, DTypeArray])[]): readonly [DType, DTypeArray] {
  const builder = new ProgramBuilder();
  const value = builder.call(op, ...operands.map(([dtype], i) => builder.input(i, dtype)));
  const program = builder.build(
    value,
    operands.map(([dtype]) => dtype),
  );
  const blocks = operands.map(([dtype, data]) => ({ dtype, shape: [data.length], data }));
  const { data } = map({ program, axes: operands.map((_, i) => [i]), ndim: operands.length }, ...blocks);
  return [resultOf(program), data];
}

/** Functions whose last digits are the machine's own. */
const units = 4;
const isNear = (a: number, b: number, dtype: DType): boolean => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Math.abs(a - b) <= units * Math.abs(b) * (dtype === 'float32' ? 2 ** -23 : 2 ** -52);
};

function differences(found: readonly [DType, DTypeArray] | null, row: Row): string[] {
  if (!found || !row) return found === row ? [] : [`${found?.[0] ?? 'refused'} instead of ${row?.[0] ?? 'a refusal'}`];
  const [dtype, values] = row;
  if (found[0] !== dtype) return [`${found[0]} instead of ${dtype}`];
  const expected = decode(dtype, values);
  return Array.from(expected as Float64Array).flatMap((value, i) => {
    const got = found[1][i] as number;
    const isSame = isFloat(dtype) ? isNear(got, value, dtype) : got === value;
    return isSame ? [] : [`${i}: ${got} instead of ${value}`];
  });
}

function tried(op: OpName, operands: readonly (readonly [DType, DTypeArray])[]) {
  try {
    return apply(op, operands);
  } catch {
    return null;
  }
}

const cornersOf = (dtype: DType) => decode(dtype, golden.corners[dtype]);

describe('operations of one', () => {
  test.each(Object.entries(golden.unary) as [OpName, Record<DType, Row>][])('%s', (op, rows) => {
    const wrong = (Object.entries(rows) as [DType, Row][]).flatMap(([dtype, row]) =>
      differences(tried(op, [[dtype, cornersOf(dtype)]]), row).map((text) => `${dtype}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });
});

test('signed and unsigned integers are compared exactly', async () => {
  const x = array.fromArray({ dtype: 'int64', shape: [2], data: BigInt64Array.of(2n ** 63n - 1n, -1n) });
  const y = array.fromArray({ dtype: 'uint64', shape: [2], data: BigUint64Array.of(2n ** 63n, 2n ** 64n - 1n) });
  expect((await x.equal(y).compute()).toArray()).toEqual([false, false]);
  expect((await x.less(y).compute()).toArray()).toEqual([true, true]);
});

describe('operations of two', () => {
  const exactly = new Set(['int64 uint64', 'uint64 int64']);
  const isShift = (op: OpName) => op === 'leftShift' || op === 'rightShift';
  const secondOf = (op: OpName, first: DType, dtype: DType): DTypeArray => {
    const all = cornersOf(dtype);
    if (isShift(op)) return (all as Float64Array).filter((x) => x >= 0) as DTypeArray;
    if (op !== 'power' || isFloat(first) || isFloat(dtype)) return all;
    const isInt = golden.binary.power[`${first} ${dtype}`]?.[0].includes('int');
    return isInt && !(first === 'bool' && dtype === 'bool')
      ? decode(dtype, dtype === 'bool' ? [false, true, true, true] : [0, 1, 2, 3])
      : all;
  };
  test.each(Object.entries(golden.binary) as [OpName, Record<string, Row>][])('%s', (op, rows) => {
    const wrong = Object.entries(rows).flatMap(([pair, row]) => {
      // NumPy 2 compares signed with unsigned integers exactly, as is done here; NumPy 1 made floats of them.
      if (row?.[0] === 'bool' && exactly.has(pair)) return [];
      const [first, second] = pair.split(' ') as [DType, DType];
      const operands = [[first, cornersOf(first)] as const, [second, secondOf(op, first, second)] as const];
      return differences(tried(op, operands), row).map((text) => `${pair}: ${text}`);
    });
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});

test('astype', async () => {
  for (const [pair, [from, to]] of Object.entries(golden.cast)) {
    const [first, second] = pair.split(' ') as [DType, DType];
    const data = decode(first, from);
    const x = array.fromArray({ dtype: first, shape: [data.length], data });
    expect([pair, (await x.astype(second).compute()).data]).toEqual([pair, decode(second, to)]);
  }
});
