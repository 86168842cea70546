/**
 * Copies of elements that lie at regular steps, or at listed places. Elements are moved as words of their width and never
 * looked at, so one loop for each width does for all dtypes; each is written out, since V8 compiles the loops of closures
 * of one function together, for all the sorts of arrays that they met. Words of 8 bytes are 64-bit integers, which keep the
 * bits of every NaN, and are no BigInts once the loop is compiled.
 */
import type { DTypeArray } from '../arrow/dtype.js';

/** How a copy walks: the extents of its loops, outermost first, and the steps of both sides in elements. */
export interface Steps {
  readonly extents: readonly number[];
  readonly to: readonly number[];
  readonly from: readonly number[];
}

type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Runs at least so long are copied in one, which makes two views. */
const LONG_RUN = 16;
/** Shorter runs at listed places are copied place by place. */
const SHORT_RUN = 4;

/** The same walk in as few loops as can be; none where there is one element. */
export function joined({ extents, to, from }: Steps): Steps {
  const loops: { extent: number; to: number; from: number }[] = [];
  extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const loop = { extent, to: to[axis]!, from: from[axis]! };
    const outer = loops.at(-1);
    if (outer && outer.to === loop.to * extent && outer.from === loop.from * extent) {
      loops[loops.length - 1] = { ...loop, extent: outer.extent * extent };
    } else loops.push(loop);
  });
  return {
    extents: loops.map((loop) => loop.extent),
    to: loops.map((loop) => loop.to),
    from: loops.map((loop) => loop.from),
  };
}

const wordTypes = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;
type Width = keyof typeof wordTypes;

const widthOf = (data: DTypeArray): Width => data.BYTES_PER_ELEMENT as Width;

/** The elements as words. */
const wordsOf = (data: DTypeArray): Words => new wordTypes[widthOf(data)](data.buffer, data.byteOffset, data.length);

/** Copies elements of one dtype from `from` on at regular steps to places from `to` on. */
export function copyStrided(target: DTypeArray, to: number, source: DTypeArray, from: number, steps: Steps): void {
  if (!steps.extents.includes(0)) copier(target, source, joined(steps))(to, from);
}

/** What copies all that a walk goes over, which begins at a place of each side. */
function copier(target: DTypeArray, source: DTypeArray, walk: Steps): (to: number, from: number) => void {
  const inner = walk.extents.length - 1;
  const out = wordsOf(target) as Uint8Array;
  const given = wordsOf(source) as Uint8Array;
  const [n, outStep, inStep] = inner < 0 ? [1, 1, 1] : [walk.extents[inner]!, walk.to[inner]!, walk.from[inner]!];
  const isRun = outStep === 1 && inStep === 1 && n >= LONG_RUN;
  const line = lines[widthOf(target)] as (typeof lines)[1];
  const visit = (axis: number, at: number, place: number): void => {
    if (axis < inner) {
      for (let i = 0; i < walk.extents[axis]!; i++) {
        visit(axis + 1, at + i * walk.to[axis]!, place + i * walk.from[axis]!);
      }
    } else if (isRun) out.set(given.subarray(place, place + n), at);
    else line(out, at, outStep, given, place, inStep, n);
  };
  return (to, from) => visit(0, to, from);
}

const lines = {
  1(out: Uint8Array, to: number, outStep: number, given: Uint8Array, from: number, inStep: number, n: number): void {
    for (let i = 0, at = to, place = from; i < n; i++, at += outStep, place += inStep) out[at] = given[place]!;
  },
  2(out: Uint16Array, to: number, outStep: number, given: Uint16Array, from: number, inStep: number, n: number): void {
    for (let i = 0, at = to, place = from; i < n; i++, at += outStep, place += inStep) out[at] = given[place]!;
  },
  4(out: Uint32Array, to: number, outStep: number, given: Uint32Array, from: number, inStep: number, n: number): void {
    for (let i = 0, at = to, place = from; i < n; i++, at += outStep, place += inStep) out[at] = given[place]!;
  },
  8(
    out: BigUint64Array,
    to: number,
    outStep: number,
    given: BigUint64Array,
    from: number,
    inStep: number,
    n: number,
  ): void {
    for (let i = 0, at = to, place = from; i < n; i++, at += outStep, place += inStep) out[at] = given[place]!;
  },
};

/** The multiples of `step` from 0 on. */
export function multiples(count: number, step = 1): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += step) all[i] = at;
  return all;
}

/** Each place so many times as far. */
export function scaled(places: Int32Array, factor: number): Int32Array {
  if (factor === 1) return places;
  const all = new Int32Array(places.length);
  for (let i = 0; i < all.length; i++) all[i] = places[i]! * factor;
  return all;
}

/** Places of elements, and where they go, both in elements from the beginning of each loop. */
export interface Places {
  readonly to: Int32Array;
  readonly from: Int32Array;
}

/** For each listed element, all that `steps` walks over, which begins there. */
export function copyListed(target: DTypeArray, source: DTypeArray, { to, from }: Places, steps: Steps): void {
  if (steps.extents.includes(0) || from.length === 0) return;
  const walk = joined(steps);
  const inner = walk.extents.length - 1;
  if (inner >= 0 && walk.to[inner] === 1 && walk.from[inner] === 1 && walk.extents[inner]! >= SHORT_RUN) {
    const copy = copier(target, source, walk);
    for (let i = 0; i < from.length; i++) copy(to[i]!, from[i]!);
    return;
  }
  const out = wordsOf(target) as Uint8Array;
  const given = wordsOf(source) as Uint8Array;
  const list = lists[widthOf(target)] as (typeof lists)[1];
  const visit = (axis: number, at: number, place: number): void => {
    if (axis > inner) list(out, at, to, given, place, from);
    else {
      for (let i = 0; i < walk.extents[axis]!; i++) {
        visit(axis + 1, at + i * walk.to[axis]!, place + i * walk.from[axis]!);
      }
    }
  };
  visit(0, 0, 0);
}

const lists = {
  1(out: Uint8Array, at: number, to: Int32Array, given: Uint8Array, place: number, from: Int32Array): void {
    for (let i = 0; i < from.length; i++) out[at + to[i]!] = given[place + from[i]!]!;
  },
  2(out: Uint16Array, at: number, to: Int32Array, given: Uint16Array, place: number, from: Int32Array): void {
    for (let i = 0; i < from.length; i++) out[at + to[i]!] = given[place + from[i]!]!;
  },
  4(out: Uint32Array, at: number, to: Int32Array, given: Uint32Array, place: number, from: Int32Array): void {
    for (let i = 0; i < from.length; i++) out[at + to[i]!] = given[place + from[i]!]!;
  },
  8(out: BigUint64Array, at: number, to: Int32Array, given: BigUint64Array, place: number, from: Int32Array): void {
    for (let i = 0; i < from.length; i++) out[at + to[i]!] = given[place + from[i]!]!;
  },
};
