import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { sizeOf } from '../arrow/block.js';
import { type DType, type Element, itemsize } from '../arrow/dtype.js';
import { compute, persist, type VisualizeOptions, visualize } from '../client/collections.js';
import { capturedLazily } from '../delayed/send.js';
import type { Collection } from '../graph/collection.js';
import type { Graph } from '../graph/graph.js';
import { assemble, type GraphPart } from '../graph/part.js';
import type { Key } from '../graph/task.js';
import { join } from '../kernels/assemble.js';
import { type Chunks, formatShape, gridOf, shapeOf } from '../plan/chunks.js';
import { explain } from '../plan/explain.js';
import { lower, type Plan } from '../plan/lower.js';
import type { Node } from '../plan/node.js';
import { makeSource } from '../plan/source.js';
import { shipHook } from '../shipping/ship.js';
import { NDArray } from './ndarray.js';

/** What every lazy array has: what it is, and how it is computed. */
export class ArrayCore implements Collection<NDArray | Element> {
  /** The plan that computes it. */
  readonly node: Node;
  readonly [shipHook] = capturedLazily;
  #plan: Plan | undefined;

  constructor(node: Node) {
    this.node = node;
  }

  /** The extents; NaN where only computing tells. */
  get shape(): readonly number[] {
    return shapeOf(this.node.chunks);
  }

  get dtype(): DType {
    return this.node.dtype;
  }

  get ndim(): number {
    return this.node.chunks.length;
  }

  /** How many elements there are. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get nbytes(): number {
    return this.size * itemsize(this.dtype);
  }

  /** The extents of the chunks along each axis. */
  get chunks(): Chunks {
    return this.node.chunks;
  }

  /** How many chunks there are along each axis. */
  get numblocks(): readonly number[] {
    return gridOf(this.node.chunks);
  }

  /** The tasks of its chunks, in C order. */
  get keys(): readonly Key[] {
    return this.#lowered.keys;
  }

  get part(): GraphPart {
    return this.#lowered.part;
  }

  get finishOp(): { readonly op: string; readonly params: { readonly grid: readonly number[] } } {
    return { op: 'kernels/assemble.js#join', params: { grid: this.numblocks } };
  }

  get #lowered(): Plan {
    return (this.#plan ??= lower(this.node));
  }

  /**
   * Its elements, in one array in memory; where it has no axes the value itself, which is a number (a BigInt for 64-bit
   * integers beyond 2^53) or a boolean. Rejects with what a task throws.
   */
  async compute<T extends NDArray | Element = NDArray>(): Promise<T> {
    return (await compute(this))[0] as T;
  }

  /** The same array, computed: what is derived from it begins there. */
  async persist(): Promise<this> {
    return (await persist(this))[0];
  }

  /** Draws its graph into a file, .svg or .dot. */
  visualize(options: string | VisualizeOptions = {}): Promise<void> {
    return visualize(this, options);
  }

  /**
   * The plan as it was written and as it will run, its tasks, and the most memory that tasks which run at once are expected
   * to take: the inputs and the result of the largest, times `threads`, which are those of this machine unless told. What
   * waits for later tasks comes on top.
   */
  explain({ threads = availableParallelism() }: { readonly threads?: number } = {}): string {
    return explain(this.node, threads);
  }

  toGraph(): { graph: Graph; keys: readonly Key[] } {
    return { graph: assemble([this.part]), keys: this.keys };
  }

  finish(results: readonly unknown[]): NDArray | Element {
    const whole = new NDArray(join({ grid: this.numblocks }, ...(results as readonly NDArray[])));
    return whole.ndim === 0 ? safeNumber(whole.item()) : whole;
  }

  withKeys(keys: readonly Key[], graph: Graph = { layers: [] }): this {
    const { layers, code } = graph;
    const part: GraphPart = { inputs: [], layers, ...(code && { code }), holds: graph };
    return this.with(makeSource(keys, part, this.dtype, this.chunks, 'persisted'));
  }

  /** An array of the same class. */
  protected with(node: Node): this {
    return new (this.constructor as new (node: Node) => this)(node);
  }

  [Symbol.for('nodejs.util.inspect.custom')](_: number, options: object): string {
    const { shape, dtype, numblocks, nbytes } = this;
    const chunk = formatShape(this.chunks.map((extents) => Math.max(...extents)));
    const bytes = Number.isNaN(nbytes) ? 'unknown size' : formatBytes(nbytes);
    const about = { shape: formatShape(shape), dtype, chunks: `${numblocks.join(' x ') || '1'} of ${chunk}`, bytes };
    return `${this.constructor.name} ${inspect(about, options)}`;
  }
}

const safeNumber = (value: Element): Element =>
  typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
