/** Elements at places that another array tells: along an axis as a whole, or for each place along the others. */
import { type Chunks, gridOf, indexIn } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface TakeByParams {
  readonly axis: number;
}

/** The axis is replaced by those of the indices. */
export const takeBy: NodeKind<TakeByParams> = {
  name: 'takeBy',
  lower(node, [keys, indexKeys]) {
    const { axis } = node.params;
    const [input, indices] = node.inputs as [Node, Node];
    const [grid, indexGrid] = [gridOf(input.chunks), gridOf(indices.chunks)];
    return tasksOfBlocks(node, (place) => {
      const own = place.slice(axis, axis + indexGrid.length);
      const chunk = place.toSpliced(axis, indexGrid.length, 0);
      const deps = [keys![indexIn(grid, chunk)]!, indexKeys![indexIn(indexGrid, own)]!];
      return { op: 'kernels/take.js#takeBlock', params: { axis }, deps };
    });
  },
  describe: ({ axis }) => `along axis ${axis}`,
};

/** The axis has one chunk; the indices are numbers. */
export function makeTakeBy(input: Node, indices: Node, axis: number): Node {
  const chunks = input.chunks.toSpliced(axis, 1, ...indices.chunks);
  return makeNode(takeBy, { params: { axis }, inputs: [input, indices], dtype: input.dtype, chunks });
}

/** Arrays of as many axes, which are broadcast together along the others. */
export const takeAlong: NodeKind<TakeByParams> = {
  name: 'takeAlong',
  lower(node, keys) {
    const grids = node.inputs.map(({ chunks }) => gridOf(chunks));
    return tasksOfBlocks(node, (place) => ({
      op: 'kernels/take.js#takeAlong',
      params: node.params,
      deps: grids.map(
        (grid, i) =>
          keys[i]![
            indexIn(
              grid,
              place.map((at, axis) => (grid[axis] === 1 ? 0 : at)),
            )
          ]!,
      ),
    }));
  },
  describe: ({ axis }) => `along axis ${axis}`,
};

/** The axis has one chunk; along the others both are cut as `chunks` says, or have one element. */
export const makeTakeAlong = (input: Node, indices: Node, axis: number, chunks: Chunks): Node =>
  makeNode(takeAlong, { params: { axis }, inputs: [input, indices], dtype: input.dtype, chunks });
