import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { load } from '../../src/shipping/load.js';
import { needsShipping, type ShipError, ship, shipHook } from '../../src/shipping/ship.js';
import { scale } from './helpers.js';

// biome-ignore lint/suspicious/noExplicitAny: whatever was sent
const roundTrip = (value: unknown): Promise<any> => load(structuredClone(ship(value).payload));
const troubleOf = (value: unknown): ShipError => {
  try {
    ship(value);
  } catch (error) {
    return error as ShipError;
  }
  throw new Error('nothing was raised');
};

test('a function is sent as it is now', async () => {
  let offset = 10;
  const config = { list: [1, 2], bytes: new Uint8Array([1, 2, 3]) };
  const shifted = (x: number) => [x + offset, config.list.length, config.bytes[0]];
  const before = ship(shifted);
  offset = 20;
  config.list.push(3);
  config.bytes[0] = 9;
  expect(((await load(before.payload)) as typeof shifted)(1)).toEqual([11, 2, 1]);
  expect((await roundTrip(shifted))(1)).toEqual([21, 3, 9]);
});

test('equal functions with equal captures have equal hashes', () => {
  const adder = (shift: number) => (x: number) => x + shift;
  const [one, same, other] = [adder(1), adder(1), adder(2)].map((fn) => ship(fn));
  expect(one!.hash).toMatch(/^[0-9a-f]{32}$/);
  expect(same!.hash).toBe(one!.hash);
  expect(other!.hash).not.toBe(one!.hash);
});

test('the hash sees what is shared', () => {
  const part = { n: 1 };
  const [a, b, c, d] = [{ part }, { part }, { part: { n: 1 } }, { part: { n: 1 } }];
  expect(ship(() => [a, b]).hash).not.toBe(ship(() => [c, d]).hash);
});

test('names, and what is shipped anew only when it changed', () => {
  const plain = (x: number) => x * 2;
  expect([ship(plain).name, ship((x: number) => x).name]).toEqual(['plain', 'lambda']);
  expect(ship(plain)).toBe(ship(plain));
  Object.assign(plain, { config: 1 });
  expect(ship(plain).hash).not.toBe(ship((x: number) => x * 2).hash);
  let count = 1;
  const counts = () => count;
  const first = ship(counts).hash;
  count = 2;
  expect(ship(counts).hash).not.toBe(first);
  const held = { n: 1 };
  const holds = () => held.n;
  const { hash } = ship(holds);
  held.n = 2;
  expect(ship(holds).hash).not.toBe(hash);
});

test('what cannot be sent is named with the path to it', () => {
  const config = { db: { pool: [{ conn: new Socket() }] } };
  const inner = () => config.db.pool[0]!.conn;
  const outer = () => inner();
  const { message, code, path } = troubleOf(outer);
  expect(code).toBe('ERR_CANNOT_SHIP');
  expect(message).toMatch(
    /^cannot be sent to a worker: it is a Socket: a live handle of this process; create it inside/,
  );
  expect(path.map((step) => step.replace(/ \(.*\)$/, ''))).toEqual([
    "function 'outer'",
    "captured variable 'inner'",
    "captured variable 'config'",
    "property 'db'",
    "property 'pool'",
    '[0]',
    "property 'conn'",
  ]);
});

const held = Symbol('held');
class Sealed {
  #n = 1;
  get() {
    return this.#n;
  }
  static reader = (sealed: Sealed) => sealed.#n;
}
class Base {
  name = 'base';
}
const hidden = 'size';
class Odd extends Base {
  [hidden]() {
    return this.name;
  }
}
const wasm = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } }).WebAssembly;
const self = { get: () => 1 };
function lexical(this: unknown) {
  // biome-ignore lint/complexity/noArguments: that is the case
  return { arrow: () => this, counts: () => arguments.length };
}

test.each([
  ['a promise', () => Promise.resolve(1), 'it is a Promise; await it first, or give a Future'],
  [
    'a running generator',
    () =>
      (function* () {
        yield 1;
      })(),
    'it is a running generator',
  ],
  ['a WeakMap', () => new WeakMap(), 'it is a WeakMap, whose contents cannot be listed'],
  ['a WeakRef', () => new WeakRef(self), 'it is a WeakRef, whose contents cannot be listed'],
  ['a proxy', () => new Proxy({}, {}), 'it is a Proxy'],
  ['a symbol of this process', () => held, 'Symbol(held) is a unique symbol, of this process alone; use Symbol.for()'],
  ['an instance with private fields', () => new Sealed(), '#private'],
  ['a timer', () => setTimeout(() => {}, 0).unref(), 'it is a Timeout: a live handle of this process'],
  ['shared memory', () => new SharedArrayBuffer(8), 'it is a SharedArrayBuffer, which other processes cannot see'],
  [
    'WebAssembly',
    () => new wasm.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    'it is a WebAssembly.Module; compile it inside the function',
  ],
  ['a class whose member is named by a variable', () => Odd, "a computed member name of the class uses 'hidden'"],
  ["the 'this' around an arrow", () => lexical.call(self).arrow, "this arrow function uses the 'this' of the place"],
  ["the 'arguments' around an arrow", () => lexical.call(self).counts, "uses the 'arguments' of an enclosing function"],
  ['a private name outside its class', () => Sealed.reader, 'it uses the private name #n of its class'],
])('refused: %s', (_label, make, reason) => {
  const value = make();
  const { message, code, path } = troubleOf({ deep: [value] });
  expect(code).toBe('ERR_CANNOT_SHIP');
  expect(message).toContain(`cannot be sent to a worker: `);
  expect(message).toContain(reason);
  expect(path.slice(0, 3).map((step) => step.replace(/ = .*$/, ''))).toEqual(['value', "property 'deep'", '[0]']);
});

test('a getter can be sent', async () => {
  const object = {
    get size() {
      return 3;
    },
  };
  const { get } = Object.getOwnPropertyDescriptor(object, 'size')!;
  expect((await roundTrip(get))()).toBe(3);
});

test('a hook refuses with a sentence, or stands in', async () => {
  const client = { [shipHook]: 'a Client cannot be sent; call getClient() inside the function' };
  expect(troubleOf(() => client).message).toContain('call getClient() inside the function');
  const secret = { open: new Socket(), [shipHook]: () => ({ host: 'a' }) };
  expect(await (await roundTrip(() => secret))()).toEqual({ host: 'a' });
});

test('warnings: shared variables, undefined names, eval, size', () => {
  const box = (() => {
    let count = 0;
    return { bump: () => ++count, read: () => count };
  })();
  expect(ship(() => [box.bump(), box.read()]).warnings).toEqual([
    "captured variable 'count' is assigned and shared by 2 closures; in the worker each has its own copy",
  ]);
  // @ts-expect-error: a name that is nowhere
  expect(ship(() => nowhere).warnings).toEqual(["an anonymous function uses 'nowhere', which is defined nowhere"]);
  const big = new Float64Array(200_000);
  const [warning] = ship(() => big.length).warnings;
  expect(warning).toMatch(/^1\.6 MB travel with the function, most of it as lambda .*→ captured variable 'big'/);
});

test('modules travel by name, local ones by value where that is asked for', () => {
  const fn = (x: number) => basename(String(scale(x)));
  const importsOf = (options?: Parameters<typeof ship>[1]) =>
    (ship(fn, options).payload as { nodes: { kind: string; specifier?: string }[] }).nodes.flatMap((node) =>
      node.kind === 'import' ? [node.specifier] : [],
    );
  expect(importsOf({ localModules: 'value' })).toEqual(['node:path']);
});

test('the debugger is never left on', () => {
  const posted: string[] = [];
  const { post } = Session.prototype;
  Session.prototype.post = function (this: Session, method: string, ...rest: never[]) {
    posted.push(method);
    return (post as (...all: never[]) => void).call(this, method as never, ...rest);
  } as typeof post;
  try {
    // A script of its own, not seen before.
    ship(new Function('return 1'));
  } finally {
    Session.prototype.post = post;
  }
  const debug = posted.filter((method) => method.startsWith('Debugger.'));
  expect(debug).toEqual(['Debugger.enable', 'Debugger.getScriptSource', 'Debugger.disable']);
});

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

test.each([
  ['a number', 1, false],
  ['plain data', { a: [1, 'b', null, new Date(), new Map([[1, new Set([2])]])], e: new RangeError('x') }, false],
  ['a typed array', new Float64Array(3), false],
  ['a cycle', (() => Object.assign([] as unknown[], [[]]).concat())(), false],
  ['a function', () => 1, true],
  ['a function inside', { a: [1, { f: () => 1 }] }, true],
  ['an instance', [new Point(1)], true],
  ['a Buffer', Buffer.from('a'), true],
  ['a symbol', { s: Symbol.iterator }, true],
  ['a promise', [Promise.resolve()], true],
])('needsShipping: %s', (_label, value, expected) => {
  expect(needsShipping(value)).toBe(expected);
});
