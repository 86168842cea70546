/**
 * A reduction along axes: one task for each chunk gives accumulators, a tree of tasks joins those of chunks that meet,
 * and what comes of it goes through a last program.
 */
import { type Program, resultOf } from '../expr/program.js';
import type { ReducerName } from '../expr/reducers.js';
import type { Key, Task } from '../graph/task.js';
import { type Chunks, gridOf, places } from './chunks.js';
import { formatProgram } from './format-program.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { type WalkParams, walkAt } from './walk.js';

export interface ReductionParams extends WalkParams {
  readonly reducer: ReducerName;
  readonly reduced: readonly number[];
  /** From the accumulator to the result. */
  readonly finish: Program;
  /** The chunks that are walked over. */
  readonly space: Chunks;
}

/** How many accumulators are joined by one task. */
const SPLIT_EVERY = 8;

export const reduction: NodeKind<ReductionParams> = {
  name: 'reduction',
  lower(node, keys) {
    const { reducer, reduced, finish, space } = node.params;
    const at = walkAt(node.params, node.inputs, space);
    const tasks: Task[] = [];
    const groups = new Map<Key, Key[]>();
    for (const place of places(gridOf(space))) {
      const { params, deps } = at(place, keys);
      const key = `reduce-${node.name}${place.map((at) => `-${at}`).join('')}`;
      tasks.push({ key, op: `expr/tasks.js#reduce`, params: { ...params, reducer, reduced }, deps });
      const target = keyAt(
        node,
        place.map((at, axis) => (reduced.includes(axis) ? 0 : at)),
      );
      const group = groups.get(target);
      if (group) group.push(key);
      else groups.set(target, [key]);
    }
    const op = 'expr/tasks.js#combine';
    for (const [target, group] of groups) {
      let level = group;
      for (let depth = 0; level.length > SPLIT_EVERY; depth++) {
        level = inGroups(level).map((deps, i) => {
          const key = `combine-${target.slice(target.indexOf('-') + 1)}/${depth}-${i}`;
          tasks.push({ key, op, params: { reducer }, deps });
          return key;
        });
      }
      tasks.push({ key: target, op, params: { reducer, finish }, deps: level });
    }
    return { tasks, keys: [...groups.keys()] };
  },
  describe: ({ reducer, reduced, program }) => `${reducer} over [${reduced.join(', ')}] of ${formatProgram(program)}`,
};

const inGroups = (keys: readonly Key[]): Key[][] =>
  Array.from({ length: Math.ceil(keys.length / SPLIT_EVERY) }, (_, i) =>
    keys.slice(i * SPLIT_EVERY, (i + 1) * SPLIT_EVERY),
  );

/** The reduced axes stay, with one element each. */
export const makeReduction = (params: ReductionParams, inputs: readonly Node[]): Node<ReductionParams> =>
  makeNode(reduction, {
    params,
    inputs,
    dtype: resultOf(params.finish),
    chunks: params.space.map((extents, axis) => (params.reduced.includes(axis) ? [1] : extents)),
  });
