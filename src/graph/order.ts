/**
 * The order in which tasks should run: depth first, so that what one result needs is computed together and freed
 * before the next one begins. Among the inputs of a task the one with the longest chain below it comes first, as
 * nothing can be freed before it is there.
 *
 * This is the heart of dask.order without its refinements for ties.
 */
import type { Key } from './task.js';

/** The keys that `wanted` needs, inputs before the tasks that use them. Keys for which `depsOf` is undefined are left out. */
export function depthFirstOrder(wanted: readonly Key[], depsOf: (key: Key) => readonly Key[] | undefined): Key[] {
  const heights = heightsOf(wanted, depsOf);
  const order: Key[] = [];
  const seen = new Set<Key>();
  const stack: { key: Key; entered: boolean }[] = [];
  for (const root of wanted) {
    stack.push({ key: root, entered: false });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top.entered || seen.has(top.key)) {
        stack.pop();
        if (top.entered) order.push(top.key);
        continue;
      }
      const deps = depsOf(top.key);
      seen.add(top.key);
      if (!deps) {
        stack.pop();
        continue;
      }
      top.entered = true;
      // The last pushed is visited first.
      for (const key of [...deps].sort((a, b) => heights.get(a)! - heights.get(b)!))
        stack.push({ key, entered: false });
    }
  }
  return order;
}

/** The number of tasks on the longest chain that ends in each key. */
function heightsOf(wanted: readonly Key[], depsOf: (key: Key) => readonly Key[] | undefined): Map<Key, number> {
  const heights = new Map<Key, number>();
  const stack = [...wanted];
  const open = new Set<Key>();
  while (stack.length > 0) {
    const key = stack[stack.length - 1]!;
    const deps = depsOf(key) ?? [];
    if (heights.has(key)) {
      stack.pop();
    } else if (open.has(key)) {
      let height = 0;
      for (const dep of deps) height = Math.max(height, heights.get(dep) ?? 0);
      heights.set(key, height + 1);
      stack.pop();
    } else {
      open.add(key);
      for (const dep of deps) if (!heights.has(dep) && !open.has(dep)) stack.push(dep);
    }
  }
  return heights;
}
