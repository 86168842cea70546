/** Matrices and grids. */

import type { DType } from '../../arrow/dtype.js';
import { identityOf } from '../../expr/program.js';
import { type ChunksLike, formatShape, normalizeChunks, shapeOf } from '../../plan/chunks.js';
import { makeElementwise } from '../../plan/elementwise.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames, isPlainObject } from '../../util/options.js';
import { ChunkedArray } from '../chunked-array.js';
import { type CreateOptions, generated } from '../generated.js';
import { nodeOf, type Operand } from '../operands.js';
import { checkShape, reshapeNode } from '../shape.js';
import { checkOffset, diagNode, diagonalNode, offsetOf, triangle } from '../triangles.js';

/** Ones where the offset from the main diagonal passes. */
function ones(
  [rows, columns]: readonly [number, number],
  k: number,
  test: 'equal' | 'lessEqual',
  { dtype = 'float64', ...options }: CreateOptions,
  who: string,
): ChunkedArray {
  checkOffset(k, who);
  return generated([rows, columns], { dtype, ...options }, who, (builder) =>
    builder.call(test, offsetOf(builder, 2), builder.constant(k, 'int64')),
  );
}

export interface MeshgridOptions {
  /** Whether the first array goes along the second axis, as x in a picture ('xy', the default), or along the first ('ij'). */
  readonly indexing?: 'xy' | 'ij';
  /** Whether arrays have one element along the axes of others, and are not repeated. */
  readonly sparse?: boolean;
}

export const grids = {
  /**
   * Ones on a diagonal, `k` right of the main one, and zeros; float64 unless told.
   *
   * @example
   * (await array.eye(2, 3, 1, { dtype: 'int8' }).compute()).toArray(); // [[0, 1, 0], [0, 0, 1]]
   */
  eye: (rows: number, columns: number = rows, k = 0, options: CreateOptions = {}): ChunkedArray =>
    ones([rows, columns], k, 'equal', options, 'eye'),

  /** Ones on the main diagonal of a square, and zeros. */
  identity: (n: number, options: CreateOptions = {}): ChunkedArray => ones([n, n], 0, 'equal', options, 'identity'),

  /**
   * Ones on a diagonal and below it, and zeros; float64 unless told.
   *
   * @example
   * (await array.tri(2, 3, 0, { dtype: 'int8' }).compute()).toArray(); // [[1, 0, 0], [1, 1, 0]]
   */
  tri: (rows: number, columns: number = rows, k = 0, options: CreateOptions = {}): ChunkedArray =>
    ones([rows, columns], k, 'lessEqual', options, 'tri'),

  /** The elements on a diagonal of the last two axes and below it, and zeros. */
  tril: (x: Operand, k = 0): ChunkedArray => new ChunkedArray(triangle(nodeOf(x, 'tril'), k, 'tril')),

  /** The elements on a diagonal of the last two axes and above it, and zeros. */
  triu: (x: Operand, k = 0): ChunkedArray => new ChunkedArray(triangle(nodeOf(x, 'triu'), k, 'triu')),

  /**
   * The diagonal of a matrix, `k` right of the main one; of an array of one axis the matrix that has it there. Raises
   * {@link InputError} for more axes.
   *
   * @example
   * (await array.diag(array.arange(2)).compute()).toArray(); // [[0n, 0n], [0n, 1n]]
   */
  diag: (x: Operand, k = 0): ChunkedArray => new ChunkedArray(diagNode(nodeOf(x, 'diag'), k)),

  /** What lies diagonally along two axes, as the last axis of the others. */
  diagonal: (x: Operand, offset = 0, axis1 = 0, axis2 = 1): ChunkedArray =>
    new ChunkedArray(diagonalNode(nodeOf(x, 'diagonal'), offset, axis1, axis2, 'diagonal')),

  /**
   * The coordinates of a grid from those of its axes: an array for each axis, of the shape of the grid. The last argument may
   * be options.
   *
   * @example
   * const [x, y] = array.meshgrid(array.arange(2), array.arange(3));
   * (await y.compute()).toArray(); // [[0n, 0n], [1n, 1n], [2n, 2n]]
   */
  meshgrid(...args: readonly (Operand | MeshgridOptions)[]): ChunkedArray[] {
    const isOptions = (arg: unknown): arg is MeshgridOptions => isPlainObject(arg) && !('data' in arg);
    const last = args.at(-1);
    const options: MeshgridOptions = isOptions(last) ? last : {};
    checkOptionNames('meshgrid', options, ['indexing', 'sparse']);
    const { indexing = 'xy', sparse = false } = options;
    if (indexing !== 'xy' && indexing !== 'ij') {
      throw new InputError(`meshgrid has the indexings 'xy' and 'ij', got ${describe(indexing)}`);
    }
    const nodes = (isOptions(last) ? args.slice(0, -1) : args).map((arg) => {
      const node = nodeOf(arg, 'meshgrid');
      if (node.chunks.length > 1) {
        throw new InputError(
          `meshgrid takes arrays of one axis, and one has the shape ${formatShape(shapeOf(node.chunks))}`,
        );
      }
      return node.chunks.length === 0 ? reshapeNode(node, 1, 'meshgrid') : node;
    });
    const axisOf = (i: number) => (indexing === 'xy' && i < 2 && nodes.length > 1 ? 1 - i : i);
    const space = nodes.map((_, axis) => nodes[axisOf(axis)]!.chunks[0]!);
    return nodes.map((node, i) => {
      const chunks = space.map((extents, axis) => (sparse && axis !== axisOf(i) ? [1] : extents));
      return new ChunkedArray(
        makeElementwise({ program: identityOf(node.dtype), axes: [[axisOf(i)]] }, [node], chunks),
      );
    });
  },

  /**
   * The indices of a grid of that shape along each axis, which is the first one; int64 unless told.
   *
   * @example
   * (await array.indices([2, 2]).compute()).toArray(); // [[[0n, 0n], [1n, 1n]], [[0n, 1n], [0n, 1n]]]
   */
  indices(shape: readonly number[], { dtype = 'int64', chunks = 'auto' }: CreateOptions = {}): ChunkedArray {
    const extents = checkShape(shape, 'indices');
    const cut = normalizeChunks(chunks, extents, dtype as DType);
    const all: ChunksLike = [[extents.length], ...cut];
    return generated([extents.length, ...extents], { dtype, chunks: all }, 'indices', (builder) => {
      if (extents.length === 0) return builder.constant(0, 'int64');
      return extents
        .map((_, axis) => builder.index(axis + 1))
        .reduceRight((otherwise, index, axis) => {
          const isAxis = builder.call('equal', builder.index(0), builder.constant(axis, 'int64'));
          return builder.call('where', isAxis, index, otherwise);
        });
    });
  },
};
