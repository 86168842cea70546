/**
 * What running tasks take: the inputs that they have in use, each counted once, and the results that they are expected to
 * give. How large a result is, is learnt per operation: at least what it last was, and the largest ones are forgotten
 * slowly. One task may always run, however large.
 */
import type { Key } from '../graph/task.js';
import type { Assignment } from '../scheduler/events.js';

/** How much of what was expected still is after a smaller result. */
const MEMORY = 0.9;

interface Part {
  readonly task: Assignment;
  readonly resultBytes: number;
}

export class Footprint {
  readonly #limitBytes: number;
  readonly #parts = new Map<Key, Part>();
  /** By how many running tasks an input is in use. */
  readonly #uses = new Map<Key, number>();
  readonly #resultBytes = new Map<string, number>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** What those that run take. */
  get bytes(): number {
    return this.#bytes;
  }

  fits(task: Assignment): boolean {
    if (this.#limitBytes === Number.POSITIVE_INFINITY || this.#parts.size === 0) return true;
    let bytes = this.#bytes + (this.#resultBytes.get(task.op) ?? 0);
    for (const key in task.sizes) if (!this.#uses.has(key)) bytes += task.sizes[key]!;
    return bytes <= this.#limitBytes;
  }

  /** The task begins; gives the bytes that its result is expected to have. */
  add(task: Assignment): number {
    const resultBytes = this.#resultBytes.get(task.op) ?? 0;
    this.#parts.set(task.key, { task, resultBytes });
    this.#bytes += resultBytes;
    for (const key in task.sizes) {
      const uses = this.#uses.get(key) ?? 0;
      this.#uses.set(key, uses + 1);
      if (uses === 0) this.#bytes += task.sizes[key]!;
    }
    return resultBytes;
  }

  /** What the result of a running task came to. */
  learn(key: Key, nbytes: number): void {
    const op = this.#parts.get(key)?.task.op;
    if (op !== undefined) this.#resultBytes.set(op, Math.max(nbytes, MEMORY * (this.#resultBytes.get(op) ?? 0)));
  }

  remove(key: Key): void {
    const part = this.#parts.get(key);
    if (!part) return;
    this.#parts.delete(key);
    this.#bytes -= part.resultBytes;
    const { sizes } = part.task;
    for (const input in sizes) {
      const uses = this.#uses.get(input)! - 1;
      if (uses > 0) this.#uses.set(input, uses);
      else {
        this.#uses.delete(input);
        this.#bytes -= sizes[input]!;
      }
    }
    if (this.#parts.size === 0) this.#bytes = 0; // no drift of sums of rounded numbers
  }
}
