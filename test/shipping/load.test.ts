import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { argumentsOf } from '../../src/shipping/call.js';
import { load, type ModuleLoadError } from '../../src/shipping/load.js';
import { resultTrouble } from '../../src/shipping/result.js';
import { ship } from '../../src/shipping/ship.js';
import { mapStack } from '../../src/shipping/stack.js';
import { root } from '../support/paths.js';

const folder = mkdtempSync(join(tmpdir(), 'sheaf-shipping-'));
afterAll(() => rmSync(folder, { recursive: true }));

const importing = (specifier: string, imported = 'f') => {
  const parent = pathToFileURL(join(folder, 'main.mjs')).href;
  const node = { kind: 'import', system: 'esm', specifier, imported, parent };
  return load({ root: { ref: 0 }, nodes: [node], codes: [], shared: [] }, { importTimeoutMs: 200 });
};
const troubleOf = (specifier: string) => importing(specifier).then(String, (error: ModuleLoadError) => error);

test('a module that is not there, of an unknown kind, without the export, or that never settles: by value instead', async () => {
  writeFileSync(join(folder, 'odd.xyz'), '');
  writeFileSync(join(folder, 'other.mjs'), 'export const g = 1;');
  writeFileSync(
    join(folder, 'waits.mjs'),
    'await new Promise((resolve) => setTimeout(resolve, 1000)); export const f = 1;',
  );
  writeFileSync(join(folder, 'breaks.mjs'), "throw new Error('no database'); export const f = 1;");
  const reasons = {
    './absent.mjs': ['Cannot find module', true],
    './odd.xyz': ['Unknown file extension', true],
    './other.mjs': ["it has no export 'f' here, only g", true],
    './waits.mjs': ['it did not settle in 0.2 s; it may wait for the entry script', true],
    './breaks.mjs': ['no database', false],
    'no-such-package': ["Cannot find package 'no-such-package'", false],
  } as const;
  for (const [specifier, [reason, retryByValue]] of Object.entries(reasons)) {
    const error = (await troubleOf(specifier)) as ModuleLoadError;
    expect(error).toMatchObject({ name: 'ModuleLoadError', retryByValue });
    const name = specifier.startsWith('.') ? pathToFileURL(join(folder, specifier)).href : specifier;
    expect(error.message).toContain(`the module '${name}' could not be imported in the worker: `);
    expect(error.message).toContain(reason);
  }
});

test('arguments: as they are, with holes, shipped', async () => {
  const plain = [1, { a: 2 }];
  expect(argumentsOf(plain, [])).toBe(plain);
  const args = [1, { weights: [null, null], kept: 5 }, null];
  const call = { args, holes: [[1, 'weights', 0], [1, 'weights', 1], [2]] };
  expect(argumentsOf(call, ['x', 'y', 'z'])).toEqual([1, { weights: ['x', 'y'], kept: 5 }, 'z']);
  expect(args).toEqual([1, { weights: [null, null], kept: 5 }, null]);
  const shipped = ship([(x: number) => x + 1, { part: null }]).payload;
  const [fn, rest] = (await argumentsOf({ args: [], holes: [[1, 'part']], shipped }, [7])) as [
    (x: number) => number,
    unknown,
  ];
  expect([fn(1), rest]).toEqual([2, { part: 7 }]);
});

class Model {
  weights = [1];
  predict() {
    return this.weights;
  }
}
class Bare {
  n = 1;
}

test.each([
  ['plain data', { a: [1, new Float64Array(2), new Map([[1, 2]])], e: new TypeError('x') }, undefined],
  ['an instance without methods', new Bare(), undefined],
  ['a function', { a: [() => 1] }, 'the result.a[0] is a function (anonymous): return data'],
  [
    'an instance',
    [new Model()],
    /^the result\[0\] is an instance of class Model, which would arrive without its methods/,
  ],
  ['a promise', new Map([['k', Promise.resolve()]]), 'the result.get(k) is a Promise: await it inside the function'],
  ['a symbol', Symbol('s'), 'the result is a symbol (Symbol(s))'],
  ['a generator', (function* () {})(), /^the result is a running generator/],
])('what is wrong with a result: %s', (_label, value, expected) => {
  const trouble = resultTrouble(value);
  if (expected instanceof RegExp) expect(trouble).toMatch(expected);
  else expect(trouble).toBe(expected);
});

test('a stack without source maps stays as it is', () => {
  const stack = 'Error: x\n    at f (file:///nowhere/a.js:3:5)\n    at /nowhere/b.js:1:2';
  expect(mapStack(stack)).toBe(stack);
});

test('without the inspector, functions may use what every process has, and are refused by name', async () => {
  const file = join(folder, 'permission.mjs');
  const url = (path: string) => pathToFileURL(join(root, 'dist', 'src', 'shipping', path)).href;
  writeFileSync(
    file,
    `import { ship } from '${url('ship.js')}';
import { load } from '${url('load.js')}';
const offset = 3;
const isPrime = (n) => n > offset;
const root = await load(ship((n) => Math.sqrt(n)).payload);
let message;
try {
  ship(function slow(n) {
    const x = 1;
    return isPrime(n + offset + x);
  });
} catch (error) {
  message = error.message;
}
console.log(JSON.stringify([root(9), message]));`,
  );
  const isStable = Number(process.versions.node.split('.')[0]) >= 24;
  const flags = [isStable ? '--permission' : '--experimental-permission', '--allow-fs-read=*'];
  const { NODE_OPTIONS, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file], { env });
  const [root9, message] = JSON.parse(stdout) as [number, string];
  expect(root9).toBe(3);
  expect(message).toContain(
    "function 'slow' uses 'isPrime' (its line 3), 'offset' (its line 3) from outside itself, and this process may not " +
      "look inside closures: Node's inspector is off",
  );
});
