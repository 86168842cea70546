/**
 * A reduction by functions of the user's: each block gives a partial result, partial results of blocks that meet are joined
 * as a tree, and the last becomes the block.
 */
import type { Key, Task } from '../graph/task.js';
import { type BlockPlace, locator } from './blockwise.js';
import { type Chunks, chunkShape, gridOf, places } from './chunks.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { joinInTree } from './tree.js';

export interface TreeParams {
  /** What all tasks are told. */
  readonly common: object;
  readonly axes: readonly number[];
  /** How many partial results are joined by one task. */
  readonly splitEvery: number;
  readonly code: readonly string[];
}

/** What a task that gives a block is told beside. */
export interface TreeTask {
  readonly place: BlockPlace;
  readonly expected: readonly number[];
}

export const userTree: NodeKind<TreeParams> = {
  name: 'reduce-by',
  lower(node, [keys]) {
    const { common, axes, splitEvery, code } = node.params;
    const [input] = node.inputs as [Node];
    const [locateInput, locate] = [locator(input.chunks), locator(node.chunks)];
    const tasks: Task[] = [];
    const groups = new Map<Key, { readonly place: readonly number[]; readonly partials: Key[] }>();
    let i = 0;
    for (const place of places(gridOf(input.chunks))) {
      const key = `chunk-${node.name}${place.map((at) => `-${at}`).join('')}`;
      const params = { ...common, place: locateInput(place) };
      tasks.push({ key, op: 'array/tree-ops.js#chunk', params, deps: [keys![i++]!], code });
      const target = place.map((at, axis) => (axes.includes(axis) ? 0 : at));
      const group = groups.get(keyAt(node, target));
      if (group) group.partials.push(key);
      else groups.set(keyAt(node, target), { place: target, partials: [key] });
    }
    for (const [key, { place, partials }] of groups) {
      const params = { ...common, place: locate(place), expected: chunkShape(node.chunks, place) };
      const level = joinInTree(tasks, partials, {
        combine: 'array/tree-ops.js#combine',
        params,
        keyAt: (depth, at) => `combine-${key.slice(key.indexOf(node.name))}/${depth}-${at}`,
        splitEvery,
        code,
      });
      tasks.push({ key, op: 'array/tree-ops.js#finish', params, deps: level, code });
    }
    return { tasks, keys: [...groups.keys()] };
  },
  describe: ({ axes }) => `over [${axes.join(', ')}]`,
};

/** The reduced axes stay, with one element each. */
export const reducedChunks = (chunks: Chunks, axes: readonly number[]): Chunks =>
  chunks.map((extents, axis) => (axes.includes(axis) ? [1] : extents));

export const makeTree = (
  params: TreeParams,
  input: Node,
  dtype: Node['dtype'],
  code: NonNullable<Node['code']>,
): Node =>
  makeNode(userTree, { params, inputs: [input], dtype, chunks: reducedChunks(input.chunks, params.axes), code });
