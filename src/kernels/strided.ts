/**
 * Copies of elements that lie at regular steps, or at listed places. Elements are moved as words of their width and never
 * looked at, so one loop for each width does for all dtypes; each is written out, since V8 compiles the loops of closures
 * of one function together, for all the sorts of arrays that they met. Elements of 8 bytes are two words: BigInts would
 * be made one by one until the loop is compiled, and floats might lose the bits of a NaN.
 */
import type { DTypeArray } from '../arrow/dtype.js';

/** How a copy walks: the extents of its loops, outermost first, and the steps of both sides in elements. */
export interface Steps {
  readonly extents: readonly number[];
  readonly to: readonly number[];
  readonly from: readonly number[];
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Runs at least so long are copied in one, which makes two views. */
const LONG_RUN = 16;
/** Shorter runs at listed places are copied place by place. */
const SHORT_RUN = 4;

/** The steps of every axis of a C-order buffer. */
export function cSteps(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step;
    step *= shape[axis]!;
  }
  return steps;
}

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

/** The elements as words, and how many of them one has. */
function wordsOf(data: DTypeArray): { readonly words: Words; readonly width: number } {
  const { buffer, byteOffset, length } = data;
  if (data.BYTES_PER_ELEMENT === 1) return { words: new Uint8Array(buffer, byteOffset, length), width: 1 };
  if (data.BYTES_PER_ELEMENT === 2) return { words: new Uint16Array(buffer, byteOffset, length), width: 1 };
  const width = data.BYTES_PER_ELEMENT / 4;
  return { words: new Uint32Array(buffer, byteOffset, length * width), width };
}

/** Copies elements of one dtype from `from` on at regular steps to places from `to` on. */
export function copyStrided(target: DTypeArray, to: number, source: DTypeArray, from: number, steps: Steps): void {
  if (!steps.extents.includes(0)) copier(target, source, joined(steps))(to, from);
}

/** What copies all that a walk goes over, which begins at a place of each side. */
function copier(target: DTypeArray, source: DTypeArray, walk: Steps): (to: number, from: number) => void {
  const inner = walk.extents.length - 1;
  const { words: out, width } = wordsOf(target);
  const { words: given } = wordsOf(source);
  const [n, outStep, inStep] = inner < 0 ? [1, 1, 1] : [walk.extents[inner]!, walk.to[inner]!, walk.from[inner]!];
  const isRun = outStep === 1 && inStep === 1 && n >= LONG_RUN;
  const line = lines[byteWidth(out, width)] as (...args: unknown[]) => void;
  const visit = (axis: number, at: number, place: number): void => {
    if (axis < inner) {
      for (let i = 0; i < walk.extents[axis]!; i++) {
        visit(axis + 1, at + i * walk.to[axis]!, place + i * walk.from[axis]!);
      }
    } else if (isRun) out.set(given.subarray(place * width, (place + n) * width), at * width);
    else line(out, at, outStep, given, place, inStep, n);
  };
  return (to, from) => visit(0, to, from);
}

const byteWidth = (words: Words, width: number): 1 | 2 | 4 | 8 => (words.BYTES_PER_ELEMENT * width) as 1 | 2 | 4 | 8;

const lines = {
  1(out: Uint8Array, to: number, outStep: number, given: Uint8Array, from: number, inStep: number, n: number): void {
    for (let i = 0; i < n; i++) out[to + i * outStep] = given[from + i * inStep]!;
  },
  2(out: Uint16Array, to: number, outStep: number, given: Uint16Array, from: number, inStep: number, n: number): void {
    for (let i = 0; i < n; i++) out[to + i * outStep] = given[from + i * inStep]!;
  },
  4(out: Uint32Array, to: number, outStep: number, given: Uint32Array, from: number, inStep: number, n: number): void {
    for (let i = 0; i < n; i++) out[to + i * outStep] = given[from + i * inStep]!;
  },
  8(out: Uint32Array, to: number, outStep: number, given: Uint32Array, from: number, inStep: number, n: number): void {
    for (let i = 0; i < n; i++) {
      const at = 2 * (to + i * outStep);
      const place = 2 * (from + i * inStep);
      out[at] = given[place]!;
      out[at + 1] = given[place + 1]!;
    }
  },
};

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
  const { words: out, width } = wordsOf(target);
  const { words: given } = wordsOf(source);
  const list = lists[byteWidth(out, width)] as (...args: unknown[]) => void;
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
  8(out: Uint32Array, at: number, to: Int32Array, given: Uint32Array, place: number, from: Int32Array): void {
    for (let i = 0; i < from.length; i++) {
      const target = 2 * (at + to[i]!);
      const source = 2 * (place + from[i]!);
      out[target] = given[source]!;
      out[target + 1] = given[source + 1]!;
    }
  },
};
