import type { Call, CallWithHoles } from '../graph/task.js';
import { load } from './load.js';

type Step = string | number;

/** The arguments of a call, the results of other tasks in their places; parameters stay as they were. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (!('args' in call)) return call;
  const { holes = [], shipped } = call;
  if (shipped === undefined) return filled(call.args, holes, inputs);
  return load(shipped).then((args) => filled(args as CallWithHoles['args'], holes, inputs));
}

function filled(args: readonly unknown[], holes: readonly (readonly Step[])[], inputs: readonly unknown[]) {
  // A container is copied once, however many holes it has.
  const copies = new Map<object, Container>();
  return holes.reduce<unknown>(
    (whole, path, i) => withPart(whole, path, 0, inputs[i], copies),
    args,
  ) as readonly unknown[];
}

type Container = Record<Step, unknown>;

function withPart(
  whole: unknown,
  path: readonly Step[],
  depth: number,
  part: unknown,
  copies: Map<object, Container>,
): unknown {
  if (depth === path.length) return part;
  const copy = copyOnce(whole as object, copies);
  const step = path[depth]!;
  copy[step] = withPart(copy[step], path, depth + 1, part, copies);
  return copy;
}

function copyOnce(whole: object, copies: Map<object, Container>): Container {
  let copy = copies.get(whole);
  if (!copy) {
    copy = (Array.isArray(whole) ? whole.slice() : { ...whole }) as Container;
    copies.set(whole, copy);
    // A copy that is met again is the copy.
    copies.set(copy, copy);
  }
  return copy;
}
