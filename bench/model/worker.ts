/** A worker of the model: the real state, with one thread that takes as long for a task as the workload says. */
import type { Key } from '../../src/graph/task.js';
import type { Assignment, Holder } from '../../src/scheduler/events.js';
import type { Report, WorkerEvent, WorkerInstruction } from '../../src/worker/events.js';
import { WorkerState } from '../../src/worker/state.js';
import type { Clock } from './clock.js';

/** What a task comes to. */
export interface Ran {
  readonly ms: number;
  readonly nbytes: number;
  /** Travels with the report where it is small. */
  readonly value: unknown;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly workerMs: number;
  run(task: Assignment): Ran;
  /** Reports of one turn. */
  report(worker: ModelWorker, reports: readonly Report[]): void;
  fetch(worker: ModelWorker, from: Holder, keys: readonly Key[], nbytes: number): void;
}

interface Job {
  readonly task: Assignment;
  /** When the thread hears of it. */
  readonly comes: number;
}

export class ModelWorker {
  readonly name: string;
  readonly node: number;
  readonly data = new Map<Key, unknown>();
  readonly #state = new WorkerState(1, this.data);
  /** With the thread, which has not begun them. */
  #jobs: Job[] = [];
  #isBusy = false;
  readonly #around: Surroundings;

  constructor(name: string, node: number, around: Surroundings) {
    this.name = name;
    this.node = node;
    this.#around = around;
  }

  handle(...events: readonly WorkerEvent[]): void {
    const reports: Report[] = [];
    for (const instruction of this.#state.handle(...events)) {
      if (instruction.type === 'report') reports.push(instruction.message);
      else this.#follow(instruction);
    }
    if (reports.length > 0) this.#around.report(this, reports);
  }

  /** What nobody wants any more runs to its end: that does not happen here. */
  #follow(instruction: Exclude<WorkerInstruction, { type: 'report' }>): void {
    if (instruction.type === 'execute') this.#execute(instruction.task);
    else if (instruction.type === 'revoke') this.#revoke(new Set(instruction.keys));
    else if (instruction.type === 'fetch')
      this.#around.fetch(this, instruction.from, instruction.keys, instruction.nbytes);
  }

  #execute(task: Assignment): void {
    const { clock, workerMs } = this.#around;
    this.#jobs.push({ task, comes: clock.now + workerMs / 2 });
    this.#begin();
  }

  #begin(): void {
    if (this.#isBusy) return;
    const job = this.#jobs.shift();
    if (!job) return;
    this.#isBusy = true;
    const { clock, workerMs, run } = this.#around;
    const { key } = job.task;
    const { ms, nbytes, value } = run(job.task);
    clock.at(Math.max(clock.now, job.comes) + ms, () => {
      this.#isBusy = false;
      clock.at(clock.now + workerMs / 2, () => this.handle({ type: 'executed', key, value, nbytes, ms }));
      this.#begin();
    });
  }

  #revoke(keys: ReadonlySet<Key>): void {
    const revoked = this.#jobs.filter(({ task }) => keys.has(task.key));
    if (revoked.length === 0) return;
    this.#jobs = this.#jobs.filter(({ task }) => !keys.has(task.key));
    this.handle({ type: 'revoked', keys: revoked.map(({ task }) => task.key) });
  }
}
