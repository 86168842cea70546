// @ts-nocheck: JavaScript of every kind, as users write it; what it gives is compared, so its types prove nothing.
// biome-ignore-all lint: odd code is the point of this file.
import { EventEmitter } from 'node:events';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers/promises';

const K = 3,
  key = 'dyn',
  fetch = () => 'mine',
  name = 'nm';
class S {
  static #n = 5;
  static log = [];
  static {
    S.log.push('init' + K);
  }
  static get n() {
    return S.#n;
  }
  static ['m' + 'dyn']() {
    return K;
  }
  static async *ag() {
    yield K;
  }
  get g() {
    return this.v ?? K;
  }
  set g(x) {
    this.v = x;
  }
  [Symbol.iterator]() {
    return [K, K][Symbol.iterator]();
  }
  #pm() {
    return K;
  }
  pm() {
    return this.#pm();
  }
  static isS(o) {
    return #pm in o;
  }
}
const Anon = class {
  v = K;
  arrow = () => this.v + K;
};
const Named = class Inner {
  self() {
    return Inner === Named;
  }
};
function args() {
  return arguments.length + K;
}
function newt() {
  return new.target === undefined;
}
function /* odd } */ odd /* ( */(a = `}${K}{`, /* , */ b = /[}/)]/g.source) {
  return a + b;
}
let acc = null;
const once = () => {
  acc ??= { made: K };
  return acc.made;
};
const opt = (o) => o?.fn?.(K) ?? once?.();
const tag = (s, ...v) => s.join('|') + v.join();
const useTag = () => tag`a${K}b${name}`;
async function fa() {
  const out = [];
  for await (const x of (async function* () {
    yield K;
    yield* [1];
  })())
    out.push(x);
  return out;
}
const { a: { b: [deep = K] = [] } = {}, ...restObj } = { a: { b: [9] }, z: 1 };
const frozen = Object.freeze({ x: Object.freeze([1]) }),
  nul = Object.assign(Object.create(null), { q: 1 });
const odds = [undefined, NaN, Infinity, -0, null, , 5];
const bl = console.log.bind(console),
  bm = Math.max.bind(null, 7),
  bb = ((a, b, c) => [a, b, c, K]).bind(null, 1).bind(null, 2);
const fa1 = (x) => x + 1,
  fa2 = (x) => x + 2;
const pair = [fa1, fa2, (x) => x + K, (x) => x * K];
const memo = new Map();
function mfib(n) {
  if (memo.has(n)) return memo.get(n);
  const r = n < 2 ? n : mfib(n - 1) + mfib(n - 2);
  memo.set(n, r);
  return r;
}
function curry(a) {
  return function (b) {
    return (c) => a + b + c + K;
  };
}
class Node2 {
  constructor(v, next) {
    this.v = v;
    this.next = next;
  }
}
const list = new Node2(1, new Node2(2, null));
list.next.next = list;
class EE extends EventEmitter {
  constructor() {
    super();
    this.k = K;
  }
  fire() {
    let r;
    this.on('x', (v) => (r = v + this.k));
    this.emit('x', 1);
    return r;
  }
}
class Temp {
  constructor(c) {
    this.c = c;
    Object.defineProperty(this, 'hid', { value: K, enumerable: false });
  }
  get f() {
    return (this.c * 9) / 5 + 32;
  }
  toJSON() {
    return 'T';
  }
}
const temp = new Temp(100);
const gen = function* () {
  const x = yield K;
  return x;
};
const asyncFnCtor = (async () => {}).constructor;
const objProto = Object.create(
  {
    inherited() {
      return K;
    },
  },
  { own: { value: 1, enumerable: true } },
);
const selfRef = function me(n) {
  return n ? me(n - 1) + K : 0;
};
let later2;
const fwd = () => later2();
later2 = () => K * 2;
const sab = new Uint8Array(new ArrayBuffer(16), 4, 8).fill(7);
const errA = new AggregateError([new Error('i')], 'agg');
const sparse = [];
sparse[5] = 1;
const sym2 = {
  [Symbol.for('z')]: K,
  [Symbol.iterator]: function* () {
    yield K;
  },
};
const urlo = new URL('http://a/b?c=1'),
  dv = new DataView(new ArrayBuffer(8));
dv.setInt16(0, 77);
const bx = Object(5n);
const weird = {
  __proto__x: 1,
  'a-b': 2,
  get computed() {
    return K;
  },
  constructor: 'str',
};
const protoKey = JSON.parse('{"__proto__": {"polluted": 1}, "ok": 1}');
const table = [
  [
    'class statics, private, computed, accessors, iterators',
    async () => {
      const s = new S();
      s.g = 4;
      const o = [];
      for await (const x of S.ag()) o.push(x);
      return [S.n, S.log, S.mdyn(), o, s.g, [...new S()], s.pm(), S.isS(s), S.isS({})];
    },
    [5, ['init3'], 3, [3], 4, [3, 3], 3, true, false],
  ],
  ['anon class fields / inner name', () => [new Anon().arrow(), new Named().self(), Anon.name], [6, true, 'Anon']],
  ['arguments, new.target', () => [args(1, 2), newt()], [5, true]],
  ['comments/regex/template in params', () => odd(), '}3{[}/)]'],
  ['??= and optional calls', () => [opt({ fn: (x) => x }), opt(null), once()], [3, 3, 3]],
  ['tagged template', useTag, 'a|b|3,nm'],
  ['for await + yield*', fa, [3, 1]],
  ['destructured top-level', () => [deep, restObj], [9, { z: 1 }]],
  [
    'frozen, null proto, odd numbers',
    () => [
      Object.isFrozen(frozen),
      Object.isFrozen(frozen.x),
      Object.getPrototypeOf(nul),
      odds[1],
      Object.is(odds[3], -0),
      5 in odds,
      odds.length,
    ],
    [true, true, null, NaN, true, false, 7],
  ],
  ['bound natives + double bind', () => [typeof bl, bm(1), bb(3)], ['function', 7, [1, 2, 3, 3]]],
  ['functions in arrays, same line', () => pair.map((f) => f(1)), [2, 3, 4, 3]],
  ['memo map', () => mfib(30), 832040],
  ['curry twice', null, 9, (c) => c(curry(1)(2), 3)],
  [
    'cyclic linked class instances',
    () => [list.v, list.next.next === list, list.next instanceof Node2],
    [1, true, true],
  ],
  ['extends node class', () => new EE().fire(), 4],
  ['hidden props, accessor on proto, toJSON ignored', () => [temp.f, temp.hid, Object.keys(temp)], [212, 3, ['c']]],
  ['gen fn value, AsyncFunction ctor', () => [[...gen()], typeof asyncFnCtor], [[3], 'function']],
  ['object with plain custom proto', () => objProto.inherited(), 3],
  ['self named fn expr', selfRef, 6, (c) => c(selfRef, 2)],
  ['forward let', () => fwd(), 6],
  ['view with offset', () => [sab.length, sab[0], sab.byteLength], [8, 7, 8]],
  ['AggregateError', () => [errA.message, errA.errors[0].message], ['agg', 'i']],
  ['sparse', () => [sparse.length, 4 in sparse], [6, false]],
  ['symbol keyed', () => [sym2[Symbol.for('z')], [...sym2]], [3, [3]]],
  ['URL DataView boxed', () => [urlo.searchParams.get('c'), dv.getInt16(0), typeof bx.valueOf()], ['1', 77, 'bigint']],
  ['weird keys', () => [weird['a-b'], weird.computed, weird.constructor], [2, 3, 'str']],
  [
    'own __proto__ key is data',
    () => [protoKey.ok, Object.hasOwn(protoKey, '__proto__'), {}.polluted],
    [1, true, undefined],
  ],
  ['shadowed global', () => fetch(), 'mine'],
  [
    'performance / timers imports',
    async () => [typeof performance.now(), await timers.setTimeout(1, 'v')],
    ['number', 'v'],
  ],
];

/** Of `[label, fn, expected, call?]`: without `call`, `fn` is called without arguments. */
export const oddCases = table.map(([label, fn, expected, how]) => [label, how ?? ((call) => call(fn)), expected]);
