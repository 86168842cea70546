/** Whatever the arguments are, a call makes an array or says what is wrong: it neither fails otherwise nor runs on. */
import { expect, test } from 'vitest';
import { array, ChunkedArray } from '../../src/array/index.js';
import { InputError } from '../../src/util/errors.js';

type Call = (...args: unknown[]) => unknown;

const values: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['-1', -1],
  ['1.5', 1.5],
  ['7', 7],
  ['2 ** 60', 2 ** 60],
  ['3n', 3n],
  ['true', true],
  ["''", ''],
  ["'x'", 'x'],
  ['{}', {}],
  ['{ a: 1 }', { a: 1 }],
  ['[]', []],
  ['[0, 5]', [0, 5]],
  ['[1.5]', [1.5]],
  ["['a']", ['a']],
  ['[undefined]', [undefined]],
  ['[[1], [1, 2]]', [[1], [1, 2]]],
  ['() => 1', () => 1],
  ['new Date(0)', new Date(0)],
  ['new Map()', new Map()],
];
const x = array.arange(12).reshape([3, 4]).astype('float64');

/** What runs tasks, or reads and writes files, or is not for users. */
const others = new Set([
  ...['constructor', 'compute', 'persist', 'visualize', 'store', 'toNpy', 'toZarr', 'toTensor', 'toArrow'],
  ...['computeChunkSizes', 'fromZarr', 'fromNpy', 'toGraph', 'finish', 'withKeys', 'with'],
]);

function methodsOf(object: object): Map<string, Call> {
  const found = new Map<string, Call>();
  for (let at = object; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && !others.has(name) && !found.has(name)) found.set(name, value.bind(object));
    }
  }
  return found;
}

const callables: readonly (readonly [string, Call])[] = [
  ...[...methodsOf(x)].map(([name, call]) => [`x.${name}`, call] as const),
  ...[...methodsOf(array)].map(([name, call]) => [`array.${name}`, call] as const),
  ...[...methodsOf(array.linalg)].map(([name, call]) => [`array.linalg.${name}`, call] as const),
  ...[...methodsOf(array.fft)].map(([name, call]) => [`array.fft.${name}`, call] as const),
  ...[...methodsOf(array.random)].map(([name, call]) => [`array.random.${name}`, call] as const),
];

function* argumentsOf(): Generator<readonly (readonly [string, unknown])[]> {
  const [array_, one, list] = [['x', x] as const, ['1', 1] as const, ['[3]', [3]] as const];
  yield [];
  for (const a of values) {
    yield [a];
    yield [array_, a];
    yield [array_, one, a];
    yield [list, one, a];
    yield [one, one, a];
    for (const b of values) yield [a, b];
  }
}

test('there are methods and functions of all kinds', () => {
  const names = callables.map(([name]) => name);
  expect(names).toEqual(
    expect.arrayContaining(['x.sum', 'x.reshape', 'array.zeros', 'array.linalg.svd', 'array.fft.fft']),
  );
  expect(names).toEqual(
    expect.arrayContaining(['array.random.normal', 'array.mapBlocks', 'x.slice', 'array.concatenate']),
  );
  expect(x).toBeInstanceOf(ChunkedArray);
});

test.each(callables)('%s', (name, call) => {
  for (const args of argumentsOf()) {
    try {
      const result = call(...args.map(([, value]) => value));
      if (result instanceof Promise) result.catch(() => {});
    } catch (error) {
      if (error instanceof InputError) continue;
      throw new Error(`${name}(${args.map(([text]) => text).join(', ')}) failed`, { cause: error });
    }
  }
});
