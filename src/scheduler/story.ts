/**
 * The log of transitions, newest last and bounded: what an error about a task can tell, and what a person asks for
 * when something is odd.
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
  #lines: StoryLine[] = [];
  readonly #limit: number;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  add(line: StoryLine): void {
    // Cut in halves, so that a line costs O(1) on average.
    if (this.#lines.length >= this.#limit) this.#lines = this.#lines.slice(this.#limit / 2);
    this.#lines.push(line);
  }

  of(key: Key): StoryLine[] {
    return this.#lines.filter((line) => line.key === key);
  }

  tell(key: Key): string {
    const lines = this.of(key).map(({ now, from, to, cause }) => `  ${now.toFixed(1)} ms: ${from} -> ${to} (${cause})`);
    return lines.length > 0 ? lines.join('\n') : '  nothing is recorded';
  }
}
