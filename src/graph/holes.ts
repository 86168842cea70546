/**
 * Values inside arguments that are to be filled in later, such as futures: taken out with the path to their place, and
 * put back in. Paths lead through arrays, plain objects, and the values of Maps and Sets by position.
 */
type Step = string | number;
export type Path = readonly Step[];

export interface Extracted<H> {
  /** As given where there are no holes, else a copy with `null` in each hole. */
  readonly args: readonly unknown[];
  readonly holes: readonly Path[];
  readonly found: readonly H[];
}

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Never changes `args`. What refers to itself is left as it is. */
export function extractHoles<H>(args: readonly unknown[], isHole: (value: unknown) => value is H): Extracted<H> {
  const holes: Path[] = [];
  const found: H[] = [];
  const open = new Set<object>();

  /** The value with its holes taken out: the very same if there are none. */
  const walk = (value: unknown, path: Path): unknown => {
    if (isHole(value)) {
      holes.push(path);
      found.push(value);
      return null;
    }
    if (typeof value !== 'object' || value === null || open.has(value)) return value;
    open.add(value);
    const before = holes.length;
    const copy = copyOf(value, (item, step) => walk(item, [...path, step]));
    open.delete(value);
    return holes.length > before ? copy : value;
  };
  const walked = walk(args, []) as readonly unknown[];
  return { args: walked, holes, found };
}

function copyOf(value: object, walk: (item: unknown, step: Step) => unknown): unknown {
  if (Array.isArray(value)) return value.map(walk);
  if (value instanceof Map) return new Map(Array.from(value, ([key, item], i) => [key, walk(item, i)]));
  if (value instanceof Set) return new Set(Array.from(value, walk));
  if (!isPlain(value)) return value;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  for (const [name, item] of Object.entries(value)) copy[name] = walk(item, name);
  return copy;
}

interface Tree {
  readonly steps: Map<Step, Tree | { readonly input: unknown }>;
}

/** The inverse: `inputs[i]` goes to `holes[i]`. Never changes `args`. */
export function fillHoles(args: readonly unknown[], holes: readonly Path[], inputs: readonly unknown[]): unknown[] {
  const root: Tree = { steps: new Map() };
  holes.forEach((path, i) => {
    let tree = root;
    for (const step of path.slice(0, -1)) {
      let next = tree.steps.get(step) as Tree | undefined;
      if (!next) tree.steps.set(step, (next = { steps: new Map() }));
      tree = next;
    }
    tree.steps.set(path.at(-1)!, { input: inputs[i] });
  });
  const fill = (value: unknown, tree: Tree): unknown =>
    copyOf(value as object, (item, step) => {
      const next = tree.steps.get(step);
      if (!next) return item;
      return 'input' in next ? next.input : fill(item, next);
    });
  return fill(args, root) as unknown[];
}
