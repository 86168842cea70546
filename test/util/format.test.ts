import { expect, test } from 'vitest';
import { InputError } from '../../src/util/errors.js';
import { fixed, pythonRepr, timedelta } from '../../src/util/format.js';
import { golden } from '../support/golden.js';

const expected = golden('format.json');

test('floats as Python prints them', () => {
  const floats: [number, string][] = expected.floats;
  expect(floats.map(([x]) => pythonRepr(x))).toEqual(floats.map(([, text]) => text));
});

test('values as Python prints them', () => {
  const values: [unknown, string][] = expected.values;
  expect(values.map(([value]) => pythonRepr(value))).toEqual(values.map(([, text]) => text));
});

test('values that JSON cannot hold', () => {
  expect(pythonRepr([Number.NaN, Infinity, -Infinity, -0, undefined, 12n, new Int8Array([1, 2])])).toBe(
    '[nan, inf, -inf, -0.0, None, 12, [1, 2]]',
  );
  expect(pythonRepr(new Map([[1, 'one']]))).toBe("{1: 'one'}");
  expect([new Set([1]), new Set()].map(pythonRepr)).toEqual(['{1}', 'set()']);
  expect([1e16, -1e21].map(pythonRepr)).toEqual(['1e+16', '-1e+21']);
  expect(pythonRepr(new (class Kernel {})())).toBe('<Kernel>');
});

test('decimals as C prints them, ties to even', () => {
  const cases: [number, number, string][] = expected.fixed;
  expect(cases.map(([x, digits]) => fixed(x, digits))).toEqual(cases.map(([, , text]) => text));
  expect([Number.NaN, Infinity, -Infinity].map((x) => fixed(x, 3))).toEqual(['nan', 'inf', '-inf']);
});

test('time spans as Python prints them', () => {
  const spans: [number, string][] = expected.timedelta;
  expect(spans.map(([ms]) => timedelta(ms))).toEqual(spans.map(([, text]) => text));
  expect(() => timedelta(Number.NaN)).toThrow(InputError);
});
