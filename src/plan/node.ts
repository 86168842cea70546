/**
 * Logical nodes: what is to be computed, before anything is said of tasks. A node is frozen and named by the hash of
 * what it computes, so that equal work is one node and one set of keys, whoever asks for it.
 *
 * Each kind of node is one value, in a file of its own, that says how it is lowered to a task for each chunk, how it is
 * printed, and how it can be rewritten.
 */
import type { DType } from '../arrow/dtype.js';
import type { GraphPart } from '../graph/part.js';
import type { Key, Task } from '../graph/task.js';
import { contentHash } from '../util/hash.js';
import { type Chunks, checkChunkCount, gridOf, places } from './chunks.js';

// biome-ignore lint/suspicious/noExplicitAny: the parameters of a node are its kind's affair
export interface Node<P = any> {
  readonly kind: NodeKind<P>;
  readonly params: P;
  readonly inputs: readonly Node[];
  readonly dtype: DType;
  readonly chunks: Chunks;
  /** The hash of all that its value depends on. */
  readonly name: string;
  /** Where its tasks come from elsewhere: what computes or holds them. */
  readonly source?: GraphPart;
  /** The shipped functions that its tasks name, by hash; its parameters name them too. */
  readonly code?: Readonly<Record<string, unknown>>;
}

export interface NodeKind<P> {
  readonly name: string;
  /** The tasks of a node on those of its inputs, and the keys of its chunks in C order. */
  lower(node: Node<P>, inputs: readonly (readonly Key[])[]): Lowered;
  /** What a line of the printed plan says of it. */
  describe(params: P): string;
}

export interface Lowered {
  readonly tasks: readonly Task[];
  readonly keys: readonly Key[];
}

export interface NodeSpec<P> {
  readonly params: P;
  readonly inputs?: readonly Node[];
  readonly dtype: DType;
  readonly chunks: Chunks;
  readonly code?: Readonly<Record<string, unknown>>;
}

export function makeNode<P>(kind: NodeKind<P>, { params, inputs = [], dtype, chunks, code }: NodeSpec<P>): Node<P> {
  checkChunkCount(chunks.reduce((count, extents) => count * extents.length, 1));
  const name = contentHash([kind.name, params, inputs.map((input) => input.name), dtype, chunks]);
  return Object.freeze({ kind, params, inputs, dtype, chunks, name, ...(code && { code }) });
}

/** The task of one chunk. */
export type BlockTask = Pick<Task, 'op' | 'params' | 'deps' | 'code'>;

/** One task for each chunk of a node. */
export function tasksOfBlocks(node: Node, taskAt: (place: readonly number[]) => BlockTask): Lowered {
  const tasks: Task[] = [];
  for (const place of places(gridOf(node.chunks))) tasks.push({ key: keyAt(node, place), ...taskAt(place) });
  return { tasks, keys: tasks.map(({ key }) => key) };
}

export const keyAt = (node: Node, place: readonly number[]): Key =>
  `${node.kind.name}-${node.name}${place.map((at) => `-${at}`).join('')}`;
