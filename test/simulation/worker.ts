/** A worker of the simulation: the real state, with threads and a store that are played. */
import type { Key } from '../../src/graph/task.js';
import { codeOf, insteadOf } from '../../src/scheduler/code.js';
import type { Assignment } from '../../src/scheduler/events.js';
import type { WorkerEvent, WorkerInstruction } from '../../src/worker/events.js';
import { WorkerState } from '../../src/worker/state.js';
import { bytesOf, compute, lackOf, type Work } from './tasks.js';

interface Job {
  readonly task: Assignment;
  readonly inputs: readonly unknown[];
  hasBegun: boolean;
  hasSeceded: boolean;
  /** Its thread is to be ended: what a job becomes that is aborted and goes on too long. */
  isCondemned: boolean;
}

export interface Surroundings {
  readonly random: () => number;
  readonly work: Work;
  /** Carries what the worker has for others. */
  readonly carry: (worker: SimulatedWorker, instruction: WorkerInstruction & { type: 'fetch' | 'report' }) => void;
}

export class SimulatedWorker {
  readonly name: string;
  readonly address: string;
  readonly around: Surroundings;
  readonly data = new Map<Key, unknown>();
  readonly state: WorkerState;
  readonly threads: Job[][];
  /** Tasks whose inputs are being brought back from disk. */
  readonly loading = new Map<Key, Assignment>();
  readonly code = new Set<string>();
  isSilent = false;
  isPaused = false;

  constructor(name: string, address: string, nthreads: number, around: Surroundings, transferBytes: number) {
    this.name = name;
    this.address = address;
    this.around = around;
    this.state = new WorkerState(nthreads, this.data, transferBytes);
    this.threads = Array.from({ length: nthreads }, () => []);
  }

  get isBusy(): boolean {
    return this.loading.size > 0 || this.threads.some((jobs) => jobs.length > 0);
  }

  handle(event: WorkerEvent): void {
    for (const instruction of this.state.handle(event)) this.#follow(instruction);
  }

  #follow(instruction: WorkerInstruction): void {
    if (instruction.type === 'execute') {
      const { task } = instruction;
      for (const hash of codeOf(task))
        if (!this.code.has(hash)) throw new Error(`${this.name} was given ${task.key} without the code ${hash}`);
      if (this.#chance(0.1)) this.loading.set(task.key, task);
      else this.#give(task);
    } else if (instruction.type === 'revoke') {
      const keys = instruction.keys.filter((key) => this.loading.delete(key) || this.#revoke(key));
      if (keys.length > 0) this.handle({ type: 'revoked', keys, stay: instruction.stay ?? false });
    } else if (instruction.type === 'abort') {
      const { key } = instruction;
      if (this.loading.delete(key) || this.#revoke(key)) this.handle({ type: 'revoked', keys: [key] });
      else for (const job of this.threads.flat()) if (job.task.key === key) job.isCondemned = true;
    } else this.around.carry(this, instruction);
  }

  #give(task: Assignment): void {
    const { deps = [], values = {} } = task;
    const lost = deps.filter((dep) => !(dep in values) && !this.data.has(dep));
    if (lost.length > 0) {
      this.handle({ type: 'lost-inputs', key: task.key, keys: lost });
      return;
    }
    const inputs = deps.map((dep) => (dep in values ? values[dep] : this.data.get(dep)));
    const least = this.threads.reduce((a, b) => (b.length < a.length ? b : a));
    least.push({ task, inputs, hasBegun: false, hasSeceded: false, isCondemned: false });
  }

  #revoke(key: Key): boolean {
    for (const jobs of this.threads) {
      const at = jobs.findIndex((job) => job.task.key === key && !job.hasBegun);
      if (at < 0) continue;
      jobs.splice(at, 1);
      return true;
    }
    return false;
  }

  /** The next that its threads or its disk do; tells what. */
  work(): string {
    const loading = [...this.loading.values()];
    const busy = this.threads.filter((jobs) => jobs.length > 0);
    if (loading.length > 0 && (busy.length === 0 || this.#chance(0.3))) {
      const task = this.#pick(loading);
      this.loading.delete(task.key);
      this.#give(task);
      return `${this.name} has loaded the inputs of ${task.key}`;
    }
    const jobs = this.#pick(busy);
    // Those that seceded, and the one that the thread is at.
    const current = jobs.findIndex((job) => !job.hasSeceded);
    const at = Math.floor(this.around.random() * (current < 0 ? jobs.length : current + 1));
    const job = jobs[at]!;
    const { key } = job.task;
    if (!job.hasBegun && this.#chance(0.5)) {
      job.hasBegun = true;
      return `${this.name} begins ${key}`;
    }
    job.hasBegun = true;
    if (!job.hasSeceded && this.#chance(0.05)) {
      job.hasSeceded = true;
      this.handle({ type: 'seceded', key });
      return `${key} secedes on ${this.name}`;
    }
    jobs.splice(at, 1);
    const { failing, flaky, isBrisk } = this.around.work;
    const isLate = job.task.timeoutMs !== undefined && this.#chance(0.3);
    const isEnded = isLate || (job.isCondemned && this.#chance(0.7));
    if (isEnded || failing.has(key) || (flaky.has(key) && this.#chance(0.5))) {
      const message = `${key} ${isEnded ? 'was ended' : 'failed'}`;
      this.handle({ type: 'failed', key, error: { name: isEnded ? 'TaskTimeoutError' : 'Error', message } });
      return `${message} on ${this.name}`;
    }
    const lacks = lackOf(this.name, job.task);
    if (lacks) {
      // A thread that was given it since, for another task, does as well.
      const mayHave = this.code.has(insteadOf(lacks.code));
      if (!mayHave || this.#chance(0.5)) {
        const error = { name: 'ModuleLoadError', message: `no ${lacks.keys}`, lacks };
        this.handle({ type: 'failed', key, error });
        return `${key} lacks ${lacks.keys} on ${this.name}`;
      }
    }
    const nbytes = bytesOf(key);
    const ms = !isBrisk && this.#chance(0.2) ? 1000 : this.around.random() * (isBrisk ? 5 : 10);
    const isBound = job.task.actor === true;
    this.handle({ type: 'executed', key, value: compute(key, job.inputs), nbytes, ms, isBound });
    return `${this.name} has done ${key} (${nbytes} bytes)`;
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.handle({ type: 'pause', isPaused });
  }

  /** Its threads are ended, and what they run; the rest is begun on new ones. */
  restart(): void {
    for (const job of this.threads.flat()) if (job.hasBegun) job.isCondemned = true;
  }

  #chance(p: number): boolean {
    return this.around.random() < p;
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.around.random() * items.length)]!;
  }
}
