/**
 * What ran where and when, for people who look at it: bounded, and kept as the reports came, so that a task costs nothing
 * until somebody asks.
 */
import type { Key } from '../graph/task.js';
import type { WorkerName } from './events.js';

/** One run of a task; the times in ms, by the scheduler's clock. */
export interface TaskRun {
  readonly key: Key;
  readonly worker: WorkerName;
  readonly start: number;
  readonly ms: number;
  readonly nbytes: number;
}

interface Report {
  /** When it came: the last of its tasks had just ended. */
  readonly now: number;
  readonly worker: WorkerName;
  readonly keys: readonly Key[];
  readonly ms: readonly number[];
  readonly nbytes: readonly number[];
}

export class TaskStream {
  readonly #limit: number;
  #reports: Report[] = [];
  #tasks = 0;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  add({ now, worker, keys, ms, nbytes }: Report): void {
    this.#reports.push({ now, worker, keys, ms, nbytes });
    this.#tasks += keys.length;
    if (this.#tasks > 2 * this.#limit) this.#cut();
  }

  /** The runs that ended at `since` or later, by when they were reported, the newest `count`. */
  runs(since = Number.NEGATIVE_INFINITY, count = this.#limit): TaskRun[] {
    const runs: TaskRun[] = [];
    for (let r = this.#reports.length - 1; r >= 0 && runs.length < count; r--) {
      const { now, worker, keys, ms, nbytes } = this.#reports[r]!;
      if (now < since) break;
      // The tasks of one report ran on one thread, one after the other.
      let end = now;
      for (let i = keys.length - 1; i >= 0 && runs.length < count; i--) {
        end -= ms[i]!;
        runs.push({ key: keys[i]!, worker, start: end, ms: ms[i]!, nbytes: nbytes[i]! });
      }
    }
    return runs.reverse();
  }

  /** Down to the limit; seldom, so that it costs O(1) a task. */
  #cut(): void {
    let kept = this.#reports.length;
    let tasks = 0;
    while (kept > 0 && tasks < this.#limit) tasks += this.#reports[--kept]!.keys.length;
    this.#reports = this.#reports.slice(kept);
    this.#tasks = tasks;
  }
}
