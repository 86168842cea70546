// @ts-nocheck: JavaScript of every kind, as users write it; what it gives is compared, so its types prove nothing.
// biome-ignore-all lint: odd code is the point of this file.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os, { EOL } from 'node:os';
import * as path from 'node:path';
import * as acorn from 'acorn';
import { parse as acornParse } from 'acorn';
import { ship } from '../../src/shipping/ship.js';
import * as H from './helpers.js';
import dflt, { FACTOR as F, scale, Vec } from './helpers.js';

// --- functions under test, all plain top-level or nested functions of a user script
let offset = 10;
function isPrime(n) {
  if (n < 2) return false;
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return true;
}
function slowIsPrime(n) {
  return [n + offset, isPrime(n + offset)];
}
const fact = (n) => (n <= 1n ? 1n : n * fact(n - 1n));
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
const isEven = (n) => (n === 0 ? true : isOdd(n - 1));
const isOdd = (n) => (n === 0 ? false : isEven(n - 1));
function ping(n) {
  return n ? pong(n - 1) : 'ping-end';
}
function pong(n) {
  return n ? ping(n - 1) : 'pong-end';
}
class Shape {
  constructor(n) {
    this.name = n;
  }
  area() {
    return 0;
  }
  describe() {
    return `${this.name}:${this.area().toFixed(2)}`;
  }
  static make(...a) {
    return new this(...a);
  }
  get label() {
    return 'L' + this.name;
  }
}
class Circle extends Shape {
  static unit = 'cm';
  static made = 0;
  constructor(r) {
    super('circle');
    this.r = r;
    Circle.made++;
  }
  area() {
    return Math.PI * this.r ** 2;
  }
  describe() {
    return super.describe() + Circle.unit;
  }
}
class Priv {
  #secret = 42;
  get() {
    return this.#secret;
  }
  static build() {
    return new Priv();
  }
}
const preset = new Circle(2);
const tags = new Set(['a', 'b']),
  lookup = new Map([
    [1, { deep: [1, 2, { z: new Date(86400000) }] }],
    ['k', 2n ** 70n],
  ]);
const typed = new Float64Array([1.5, 2.5]),
  bytes = Buffer.from('hello'),
  re = /a(\d+)/gi;
const cyclic = { name: 'c' };
cyclic.self = cyclic;
cyclic.fn = () => cyclic.name;
const sharedObj = { n: 1 };
const holdsA = { s: sharedObj },
  holdsB = {
    s: sharedObj,
    f() {
      return this.s.n;
    },
  };
const sym = Symbol('mine'),
  symFor = Symbol.for('app.key');
const require = createRequire(import.meta.url);
const { join: j2 } = path;
const log = console.log;
const isArr = Array.isArray;
const counterBox = (() => {
  let c = 0;
  return { inc: () => ++c, get: () => c };
})();
async function later(ms, v) {
  await new Promise((r) => setTimeout(r, ms));
  return v * offset;
}
function* gen(n) {
  for (let i = 0; i < n; i++) yield i * offset;
}
async function* agen(n) {
  for (let i = 0; i < n; i++) {
    await null;
    yield i + offset;
  }
}
const obj = {
  k: 5,
  method(x) {
    return x + this.k;
  },
  async am(x) {
    return x + offset;
  },
  get dbl() {
    return this.k * 2;
  },
  *g() {
    yield this.k;
  },
  ['comp' + 1](x) {
    return x * offset;
  },
};
function makeAdder(a) {
  const b = a * 2;
  return {
    arrow: (x) => a + b + x,
    fn: function (x) {
      return a + b + x;
    },
  };
}
const adders = makeAdder(100);
const loops = [];
for (let i = 0; i < 3; i++) loops.push((x) => x + i);
function defaults({ a = offset, b: [c = isPrime(7)] = [] } = {}, ...rest) {
  label: for (const q of rest) {
    switch (q) {
      case 1:
        let z = F;
        continue label;
      default:
        break label;
    }
  }
  try {
    throw { a };
  } catch ({ a: aa }) {
    return [aa, c, rest.length];
  }
}
function shadow(os) {
  {
    let path = 1;
    var offset = 2;
    return os + path + offset;
  }
}
function meta() {
  return import.meta.url.split('/').pop();
}
async function dyn() {
  const m = await import('./helpers.js');
  return m.scale(1);
}
function hoister() {
  return inner() + v;
  function inner() {
    return typeof v;
  }
  var v = 'x';
}
function thrower() {
  const o = null;
  return o.boom;
}
function typeofGuard() {
  return typeof nowhereDefined === 'undefined' ? 'undef' : nowhereDefined;
}
const withProps = Object.assign(
  function wp() {
    return wp.config.z;
  },
  { config: { z: 'zzz' } },
);
const err = Object.assign(new RangeError('bad', { cause: { why: 1 } }), { code: 'E1' });
class MyMap extends Map {
  total() {
    let s = 0;
    for (const v of this.values()) s += v;
    return s;
  }
}
const mymap = new MyMap([
  [1, 2],
  [2, 3],
]);
class MyErr extends Error {
  constructor(m) {
    super(m);
    this.name = 'MyErr';
  }
  tag() {
    return 'tag:' + this.message;
  }
}
const myerr = new MyErr('hm');
const Mixin = (B) =>
  class Mixed extends B {
    hi() {
      return 'hi ' + this.name + offset;
    }
  };
class M2 extends Mixin(Shape) {}
const nest = { a: { list: [1, { sock: null }] } };
const vecInst = new Vec(3, 4);

let modCount = 5,
  modTag = 'm';
const bump = () => {
  modCount++;
  [modTag] = ['z'];
  ({ modCount = 0 } = { modCount: modCount + 1 });
};
function readCount() {
  return { modCount, t: typeof modTag, modTag, s: `${modCount}` };
}
let modFn = (x) => x + 1;
function swapFn() {
  modFn = (x) => x * 100;
}
function callFn() {
  return [modFn(2), (0, modFn)(3)];
}
export const cases = [
  [
    'module-level state shared by shipped functions',
    (call) =>
      call(() => {
        const a = readCount();
        bump();
        for (modTag of ['q', 'w']);
        return [a.modCount, readCount()];
      }),
    [5, { modCount: 7, t: 'string', modTag: 'w', s: '7' }],
  ],
  [
    'module-level function variable reassigned',
    (call) =>
      call(() => {
        const a = callFn();
        swapFn();
        return [a, callFn()];
      }),
    [
      [3, 4],
      [200, 300],
    ],
  ],
  ['closure + local fn', (call) => call(slowIsPrime, 7), [17, true]],
  [
    'snapshot of let',
    async (call) => {
      offset = 20;
      const p = call(slowIsPrime, 3);
      offset = 10;
      return p;
    },
    [23, true],
  ],
  ['recursion arrow', (call) => call(fact, 25n), 15511210043330985984000000n],
  ['recursion decl', (call) => call(fib, 15), 610],
  ['mutual recursion arrows', (call) => call(isEven, 101), false],
  ['mutual recursion decls', (call) => call(ping, 7), 'pong-end'],
  ['node imports', (call) => call(() => [typeof os.cpus().length, EOL, path.join('a', 'b')]), ['number', '\n', 'a/b']],
  [
    'relative imports',
    (call) => call((x) => [dflt(x), scale(x), F, H.scale(1), H.default(2)], 5),
    ['default:5', 115, 3, 103, 'default:2'],
  ],
  [
    'npm imports',
    (call) =>
      call(
        (s) => [acorn.parse(s, { ecmaVersion: 2020 }).type, acornParse(s, { ecmaVersion: 2020 }).body.length],
        'a;b',
      ),
    ['Program', 2],
  ],
  ['imported fn submitted itself', (call) => call(scale, 2), 106],
  ['node fn submitted itself', (call) => call(path.basename, '/x/y.z'), 'y.z'],
  [
    'alias of builtin / global fn',
    (call) => call(() => [j2('a', 'b'), isArr([]), typeof log]),
    ['a/b', true, 'function'],
  ],
  [
    'class + inheritance + static',
    (call) =>
      call((r) => {
        const c = new Circle(r);
        return [c.describe(), c instanceof Shape, Circle.make(1).area().toFixed(3), c.label];
      }, 2),
    ['circle:12.57cm', true, '3.142', 'Lcircle'],
  ],
  [
    'captured instance',
    (call) => call(() => [preset.describe(), preset instanceof Circle, preset.r, Circle.made]),
    ['circle:12.57cm', true, 2, 1],
  ],
  ['class with #private built remotely', (call) => call(() => Priv.build().get()), 42],
  ['mixin class', (call) => call(() => new M2('n').hi()), 'hi n10'],
  [
    'imported class + instance',
    (call) =>
      call(() => {
        const v = Vec.of(1, 2).add(vecInst);
        return [v.x, v.y, vecInst instanceof Vec];
      }),
    [4, 6, true],
  ],
  [
    'Map Set Date BigInt RegExp',
    (call) => call(() => [[...tags], lookup.get(1).deep[2].z.getTime(), lookup.get('k'), 'xA12'.replace(re, '<$1>')]),
    [['a', 'b'], 86400000, 2n ** 70n, 'x<12>'],
  ],
  [
    'TypedArray Buffer',
    (call) => call(() => [typed[0] + typed[1], typed.constructor.name, bytes.toString(), Buffer.isBuffer(bytes)]),
    [4, 'Float64Array', 'hello', true],
  ],
  ['cyclic object with fn', (call) => call(() => [cyclic.self === cyclic, cyclic.fn()]), [true, 'c']],
  ['shared identity', (call) => call(() => holdsA.s === holdsB.s && holdsB.f()), 1],
  ['Symbol.for / well known', (call) => call(() => ({ [symFor]: 1 })[Symbol.for('app.key')]), 1],
  ['require in ESM (createRequire)', (call) => call(() => typeof require('node:fs').readFileSync), 'function'],
  ['async fn', (call) => call(later, 5, 4), 40],
  ['generator', (call) => call(gen, 3), [0, 10, 20]],
  ['async generator', (call) => call(agen, 3), [10, 11, 12]],
  ['method bound', (call) => call(obj.method.bind(obj), 1), 6],
  ['async method / computed method', async (call) => [await call(obj.am, 1), await call(obj['comp1'], 2)], [11, 20]],
  ['captured object with methods+getter', (call) => call(() => [obj.method(2), obj.dbl, [...obj.g()]]), [7, 10, [5]]],
  ['nested closures', async (call) => [await call(adders.arrow, 1), await call(adders.fn, 2)], [301, 302]],
  ['loop variables', (call) => Promise.all(loops.map((f) => call(f, 1))), [1, 2, 3]],
  ['function in args', (call) => call((fs, x) => fs.map((f) => f(x)), [isPrime, loops[2]], 7), [true, 9]],
  ['patterns, defaults, labels', (call) => call(defaults, undefined, 1, 2), [10, true, 2]],
  ['shadowed names', (call) => call(shadow, 1), 4],
  ['hoisting', (call) => call(hoister), 'undefinedundefined'],
  ['import.meta', (call) => call(meta), (u) => /cases/.test(u)],
  ['dynamic import()', (call) => call(dyn), 103],
  ['typeof guard', (call) => call(typeofGuard), 'undef'],
  ['fn with properties', (call) => call(withProps), 'zzz'],
  [
    'Error with cause',
    (call) => call(() => [err instanceof RangeError, err.message, err.cause.why, err.code]),
    [true, 'bad', 1, 'E1'],
  ],
  [
    'subclass of Map / Error',
    (call) => call(() => [mymap.total(), mymap instanceof MyMap, myerr.tag(), myerr instanceof MyErr, myerr.name]),
    [5, true, 'tag:hm', true, 'MyErr'],
  ],
  [
    'private state by two closures (copied per function)',
    (call) =>
      call(() => {
        counterBox.inc();
        return counterBox.get();
      }),
    (v) => v === 0 || v === 1,
  ],
  [
    'stack names user file',
    (call) => call(thrower).catch((e) => e.stack.split('\n')[1]),
    (s) => /thrower.*cases/.test(s),
  ],
  ['new Function is refused or works', (call) => call(new Function('a', 'return a+1'), 1), 2],
  [
    'global Math / JSON / process.env',
    (call) =>
      call(() => [
        Math.max(1, 2),
        JSON.stringify({ a: 1 }),
        typeof process.env.PATH,
        typeof fetch,
        typeof structuredClone,
      ]),
    [2, '{"a":1}', 'string', 'function', 'function'],
  ],
];
const server = net.createServer();
const sock = new net.Socket();
const cfg = { db: { pool: [{ conn: sock }] } };
const prom = Promise.resolve(1),
  wm = new WeakMap(),
  prox = new Proxy({}, {});
const privInst = new Priv();
const stream = fs.createReadStream(new URL(import.meta.url));
stream.on('error', () => {});
stream.destroy();
function usesCfg() {
  return cfg.db.pool[0].conn;
}
function deeper() {
  return usesCfg();
}
class Arrowed {
  constructor() {
    this.z = 1;
    this.f = () => this.z;
  }
}
const arrowed = new Arrowed();
export const refusals = [
  [
    'socket deep in captured object via 2 functions',
    (call) => call(deeper),
    /deeper[\s\S]*usesCfg[\s\S]*cfg[\s\S]*'db'[\s\S]*'pool'[\s\S]*\[0\][\s\S]*'conn'|Socket/,
  ],
  ['server', (call) => call(() => server), /Server/],
  ['unique symbol', (call) => call(() => sym), /sym[\s\S]*unique symbol|unique symbol[\s\S]*sym/],
  ['promise', (call) => call(() => prom), /Promise/],
  ['WeakMap', (call) => call(() => wm), /WeakMap/],
  ['Proxy', (call) => call(() => prox), /Proxy/],
  ['instance with #private', (call) => call(() => privInst.get()), /#private/],
  ['arrow with lexical this', (call) => call(arrowed.f), /'this'/],
  ['stream', (call) => call(() => stream), /ReadStream/],
  [
    'tdz',
    () => {
      if (tdzTrouble) throw tdzTrouble;
    },
    /not initialised yet/,
  ],
  ['super in method', (call) => call(Circle.prototype.describe), /super/],
];

/** What sending a variable before its declaration raises: it has to be asked above it. */
const tdzTrouble = (() => {
  try {
    ship(() => notYet);
  } catch (error) {
    return error;
  }
})();
const notYet = 5;
