/** Tasks that join the partial results of many others, a few at a time. */
import type { Key, OpRef, Task } from '../graph/task.js';

/** How many partial results are joined by one task. */
const SPLIT_EVERY = 8;

export interface Tree {
  readonly combine: OpRef;
  readonly params: unknown;
  /** The key of the task at a place of a level. */
  readonly keyAt: (level: number, index: number) => Key;
  readonly splitEvery?: number;
  /** The shipped functions that the operation calls, by hash. */
  readonly code?: readonly string[];
}

/** Adds tasks until few enough partial results are left for a last task; the keys of those. */
export function joinInTree(
  tasks: Task[],
  keys: readonly Key[],
  { combine, params, keyAt, splitEvery = SPLIT_EVERY, code }: Tree,
): readonly Key[] {
  let level = keys;
  for (let depth = 0; level.length > splitEvery; depth++) {
    const groups = Array.from({ length: Math.ceil(level.length / splitEvery) }, (_, i) =>
      level.slice(i * splitEvery, (i + 1) * splitEvery),
    );
    level = groups.map((deps, i) => {
      const key = keyAt(depth, i);
      tasks.push({ key, op: combine, params, deps, ...(code && { code }) });
      return key;
    });
  }
  return level;
}
