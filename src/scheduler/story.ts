/**
 * The log of the last transitions: what an error about a task can tell, and what a person asks for when something is
 * odd. A ring of columns, as it is written to several times for every task.
 */
import type { Key } from '../graph/task.js';

export interface StoryLine {
  readonly now: number;
  readonly key: Key;
  readonly from: string;
  readonly to: string;
  /** The event that led to it, and whose it was. */
  readonly cause: string;
}

export class Story {
  readonly #limit: number;
  readonly #times: Float64Array;
  readonly #keys: Key[] = [];
  /** from, to, cause. */
  readonly #words: string[] = [];
  #count = 0;

  constructor(limit = 50_000) {
    this.#limit = limit;
    this.#times = new Float64Array(limit);
  }

  add(now: number, key: Key, from: string, to: string, cause: string): void {
    const at = this.#count++ % this.#limit;
    this.#times[at] = now;
    this.#keys[at] = key;
    this.#words[3 * at] = from;
    this.#words[3 * at + 1] = to;
    this.#words[3 * at + 2] = cause;
  }

  /** What happened to `key`, the oldest first. */
  of(key: Key): StoryLine[] {
    const lines: StoryLine[] = [];
    for (let i = Math.max(0, this.#count - this.#limit); i < this.#count; i++) {
      const at = i % this.#limit;
      if (this.#keys[at] !== key) continue;
      const [from, to, cause] = this.#words.slice(3 * at, 3 * at + 3) as [string, string, string];
      lines.push({ now: this.#times[at]!, key, from, to, cause });
    }
    return lines;
  }

  tell(key: Key): string {
    const lines = this.of(key).map(({ now, from, to, cause }) => `  ${now.toFixed(1)} ms: ${from} -> ${to} (${cause})`);
    return lines.length > 0 ? lines.join('\n') : '  nothing is recorded';
  }
}
