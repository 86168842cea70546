/**
 * Arguments with holes: what is to be computed, wherever it stands in arrays, plain objects, values of Maps and items of
 * Sets, is taken out before a call travels and put back where the call runs. Everything else, class instances above all,
 * is one value. A reference back to what encloses it is not followed.
 *
 * The path to a place is made of indices and property names; entries of a Map and items of a Set are counted in their
 * order. In a Set, where a second `null` would vanish, the place of a hole is left out instead.
 */
export type Path = readonly (string | number)[];

export interface Extracted<A, H> {
  /** `null` stands where a hole is; the very arguments when there is none. */
  readonly args: A;
  readonly holes: readonly Path[];
  /** What was found at `holes`, in their order. */
  readonly found: readonly H[];
}

type IsHole<H> = (value: unknown) => value is H;
type Container = readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Record<string, unknown>;

/** Takes out of `args` whatever is a hole; never mutates. */
export function extractHoles<A, H>(args: A, isHole: IsHole<H>): Extracted<A, H> {
  if (!hasHole(args, isHole)) return { args, holes: [], found: [] };
  const holes: Path[] = [];
  const found: H[] = [];
  const path: (string | number)[] = [];
  const enclosing = new Set<unknown>();

  const extract = (value: unknown): unknown => {
    if (isHole(value)) {
      holes.push([...path]);
      found.push(value);
      return null;
    }
    if (!isContainer(value) || enclosing.has(value)) return value;
    const container = value as Container;
    enclosing.add(value);
    let copy: [string | number, unknown][] | undefined;
    for (const [step, item] of entriesOf(container)) {
      const before = holes.length;
      path.push(step);
      const extracted = extract(item);
      path.pop();
      if (holes.length === before) continue;
      copy ??= [];
      copy.push([step, isHole(item) && value instanceof Set ? absent : extracted]);
    }
    enclosing.delete(value);
    return copy ? rebuild(container, (items) => place(items, copy)) : value;
  };
  return { args: extract(args) as A, holes, found };
}

/** The arguments with `inputs` at `holes`, as {@link extractHoles} found them; never mutates. */
export function fillHoles<A>(args: A, holes: readonly Path[], inputs: readonly unknown[]): A {
  if (holes.length === 0) return args;
  return fill(args, holes, inputs, 0, holes.length, 0) as A;
}

/** Fills the holes `from` to `to`, which begin with the same `depth` steps and so all lie in `value`. */
function fill(
  value: unknown,
  holes: readonly Path[],
  inputs: readonly unknown[],
  from: number,
  to: number,
  depth: number,
): unknown {
  if (holes[from]!.length === depth) return inputs[from];
  return rebuild(value as Container, (items) => {
    const isSet = value instanceof Set;
    for (let begin = from, end = from; begin < to; begin = end) {
      const step = holes[begin]![depth]!;
      while (end < to && holes[end]![depth] === step) end++;
      const isLeftOut = isSet && holes[begin]!.length === depth + 1;
      if (isLeftOut) (items as unknown[]).splice(step as number, 0, inputs[begin]);
      else set(items, step, fill(get(items, step), holes, inputs, begin, end, depth + 1));
    }
  });
}

const absent = Symbol('absent');

/** Whether there is any hole: one pass without paths, as most arguments have none. */
function hasHole(root: unknown, isHole: (value: unknown) => boolean): boolean {
  const pending = [root];
  const seen = new Set<unknown>();
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (isHole(value)) return true;
    if (!isContainer(value) || seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object' && item !== null) pending.push(item);
    } else for (const [, item] of entriesOf(value as Container)) pending.push(item);
  }
  return false;
}

function isContainer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return (
    prototype === Object.prototype || prototype === null || prototype === Map.prototype || prototype === Set.prototype
  );
}

function entriesOf(value: Container): Iterable<[string | number, unknown]> {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return [...value.values()].entries();
  if (value instanceof Set) return [...value].entries();
  return Object.entries(value);
}

/** A copy of a container, changed by way of its items: those of an array or Set, the entries of a Map, or an object. */
function rebuild(value: Container, change: (items: unknown[] | Record<string, unknown> | Entries) => void): unknown {
  if (value instanceof Map) {
    const entries = new Entries([...value]);
    change(entries);
    return new Map(entries.list);
  }
  if (value instanceof Set || Array.isArray(value)) {
    const items = [...value];
    change(items);
    return value instanceof Set ? new Set(items) : items;
  }
  const copy = Object.setPrototypeOf({ ...value }, Object.getPrototypeOf(value)) as Record<string, unknown>;
  change(copy);
  return copy;
}

class Entries {
  readonly list: [unknown, unknown][];
  constructor(list: [unknown, unknown][]) {
    this.list = list;
  }
}

type Items = unknown[] | Record<string, unknown> | Entries;

const get = (items: Items, step: string | number): unknown =>
  items instanceof Entries ? items.list[step as number]![1] : (items as Record<string, unknown>)[step];

function set(items: Items, step: string | number, value: unknown): void {
  if (items instanceof Entries) items.list[step as number] = [items.list[step as number]![0], value];
  else Object.defineProperty(items, step, { value, writable: true, enumerable: true, configurable: true });
}

function place(items: Items, changes: readonly (readonly [string | number, unknown])[]): void {
  for (const [step, value] of changes) if (value !== absent) set(items, step, value);
  for (const [step, value] of changes.toReversed()) {
    if (value === absent) (items as unknown[]).splice(step as number, 1);
  }
}
