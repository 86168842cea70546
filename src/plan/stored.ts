/**
 * Arrays that are stored somewhere, read chunk by chunk where they are needed. A part of one is one again, so a slice of it
 * reads nothing else.
 */
import type { DType } from '../arrow/dtype.js';
import { type Chunks, chunkShape, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface StoredParams {
  /** What reads a part: an operation of `{ source, from, extents }`. */
  readonly op: string;
  /** Where the array is, for the operation. */
  readonly source: object;
  /** What it is, where people see it. */
  readonly label: string;
  /** Whether it is stored in one piece, so that any cut is read as well as any other. */
  readonly isOnePiece: boolean;
  /** Where in the stored array this one begins. */
  readonly origin: readonly number[];
}

export const stored: NodeKind<StoredParams> = {
  name: 'stored',
  lower(node) {
    const { op, source, origin } = node.params;
    const starts = node.chunks.map(startsOf);
    return tasksOfBlocks(node, (place) => {
      const from = place.map((at, axis) => origin[axis]! + starts[axis]![at]!);
      return { op, params: { source, from, extents: chunkShape(node.chunks, place) }, deps: [] };
    });
  },
  describe: ({ label, origin }) => (origin.some((start) => start > 0) ? `${label} from [${origin.join(', ')}]` : label),
};

export const makeStored = (params: StoredParams, dtype: DType, chunks: Chunks): Node<StoredParams> =>
  makeNode(stored, { params, dtype, chunks });

export const isStored = (node: Node): node is Node<StoredParams> => node.kind === stored;

/** The part of a stored array that begins at `starts` and is cut into `chunks`. */
export const partOfStored = (
  { params, dtype }: Node<StoredParams>,
  starts: readonly number[],
  chunks: Chunks,
): Node<StoredParams> =>
  makeStored({ ...params, origin: params.origin.map((start, axis) => start + starts[axis]!) }, dtype, chunks);
