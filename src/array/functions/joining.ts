/** What makes one array of several, and several of one. */
import { sameChunks } from '../../plan/chunks.js';
import type { Node } from '../../plan/node.js';
import { ChunkedArray } from '../chunked-array.js';
import { blockNodeOf, concatenateNode, insertNode, nodesOf, partsOf, stackNode } from '../join.js';
import { align, nodeOf, type Operand } from '../operands.js';
import { deleteNode } from '../rearrange.js';
import { atLeastNode, expandNode, spread } from '../shape.js';

/** Arrays in lists, as deep as one likes. */
export type NestedOperands = Operand | readonly NestedOperands[];

const made = (node: Node): ChunkedArray => new ChunkedArray(node);
const made2d = (arrays: readonly Operand[], who: string) => nodesOf(arrays, who).map((node) => atLeastNode(node, 2));

export const joining = {
  /**
   * Arrays one after another along an axis, in the dtype of all together; of all their elements along one axis for null.
   * Chunks stay as they are. Raises {@link InputError} for shapes that do not fit.
   *
   * @example
   * const x = array.concatenate([array.zeros([1, 2]), array.ones([2, 2])]);
   * (await x.compute()).toArray(); // [[0, 0], [1, 1], [1, 1]]
   */
  concatenate: (arrays: readonly Operand[], axis: number | null = 0): ChunkedArray =>
    made(concatenateNode(nodesOf(arrays, 'concatenate'), axis, 'concatenate')),

  /**
   * Arrays of one shape one after another along a new axis. Raises {@link InputError} for different shapes.
   *
   * @example
   * array.stack([array.zeros(3), array.ones(3)], 1).shape; // [3, 2]
   */
  stack: (arrays: readonly Operand[], axis = 0): ChunkedArray => made(stackNode(nodesOf(arrays, 'stack'), axis)),

  /**
   * Blocks put together: the arrays of the innermost lists along the last axis, those lists along the one before. Raises
   * {@link InputError} for lists of different depths and shapes that do not fit. Lists hold arrays; bare numbers are
   * arrays of no axes.
   *
   * @example
   * const [a, b] = [array.eye(2), array.zeros([2, 1])];
   * (await array.block([[a, b]]).compute()).toArray(); // [[1, 0, 0], [0, 1, 0]]
   */
  block: (arrays: NestedOperands): ChunkedArray => made(blockNodeOf(arrays, 'block')),

  /** One after another along the second axis; along the first where there is one. */
  hstack(arrays: readonly Operand[]): ChunkedArray {
    const nodes = nodesOf(arrays, 'hstack').map((node) => atLeastNode(node, 1));
    return made(concatenateNode(nodes, nodes[0]!.chunks.length === 1 ? 0 : 1, 'hstack'));
  },

  /** One after another along the first axis, those of one axis as rows. */
  vstack: (arrays: readonly Operand[]): ChunkedArray => made(concatenateNode(made2d(arrays, 'vstack'), 0, 'vstack')),

  /** One after another along the third axis. */
  dstack: (arrays: readonly Operand[]): ChunkedArray =>
    made(
      concatenateNode(
        nodesOf(arrays, 'dstack').map((node) => atLeastNode(node, 3)),
        2,
        'dstack',
      ),
    ),

  /** One after another along the second axis, those of one axis as columns. */
  columnStack: (arrays: readonly Operand[]): ChunkedArray =>
    made(
      concatenateNode(
        nodesOf(arrays, 'columnStack').map((node) =>
          node.chunks.length < 2 ? expandNode(atLeastNode(node, 1), 1) : node,
        ),
        1,
        'columnStack',
      ),
    ),

  /** `values` after an array along an axis; of all their elements along one axis unless told. */
  append: (x: Operand, values: Operand, axis: number | null = null): ChunkedArray =>
    made(concatenateNode([nodeOf(x, 'append'), nodeOf(values, 'append')], axis, 'append')),

  /**
   * In so many parts along an axis, the first of which may be longer by one, or parted at those places.
   *
   * @example
   * array.arraySplit(array.arange(7), 3).map((part) => part.shape[0]); // [3, 2, 2]
   */
  arraySplit: (x: Operand, into: number | readonly number[], axis = 0): ChunkedArray[] =>
    partsOf(nodeOf(x, 'arraySplit'), into, axis, 'arraySplit').map(made),

  /** As {@link joining.arraySplit}, in equal parts. Raises {@link InputError} where there are none. */
  split: (x: Operand, into: number | readonly number[], axis = 0): ChunkedArray[] =>
    partsOf(nodeOf(x, 'split'), into, axis, 'split').map(made),

  /**
   * With values before the element at an index, or before several; in the dtype of the array. Of all elements along one axis
   * unless told.
   *
   * @example
   * (await array.insert(array.arange(3), 1, 9).compute()).toArray(); // [0n, 9n, 1n, 2n]
   */
  insert: (x: Operand, index: number | readonly number[], values: Operand, axis?: number | null): ChunkedArray =>
    made(insertNode(nodeOf(x, 'insert'), index, nodeOf(values, 'insert'), axis)),

  /**
   * Without the elements at some indices of an axis; of all elements along one axis unless told.
   *
   * @example
   * (await array.delete(array.arange(4), [1, -1]).compute()).toArray(); // [0n, 2n]
   */
  delete: (x: Operand, index: number | readonly number[], axis?: number | null): ChunkedArray =>
    made(deleteNode(nodeOf(x, 'delete'), index, axis)),

  /**
   * Arrays in the one shape that all of them are broadcast to, cut alike. Raises {@link InputError} where there is none.
   *
   * @example
   * const arrays = array.broadcastArrays(array.zeros([3, 1]), array.ones(2));
   * arrays.map((x) => x.shape); // [[3, 2], [3, 2]]
   */
  broadcastArrays(...arrays: readonly Operand[]): ChunkedArray[] {
    const { chunks, aligned } = align(nodesOf(arrays, 'broadcastArrays'), 'broadcastArrays');
    return aligned.map((node) => made(sameChunks(node.chunks, chunks) ? node : spread(node, chunks)));
  },
};
