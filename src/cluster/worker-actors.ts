/** The actors of a worker server: made as tasks are, called by peers, told to the scheduler when they are lost. */
import type { Message } from '../comm/comm.js';
import type { Key } from '../graph/task.js';
import { codeOf } from '../scheduler/code.js';
import type { Assignment } from '../scheduler/events.js';
import { type ActorCall, type ActorReference, type ActorShape, Actors } from '../worker/actors.js';
import type { WorkerEvent } from '../worker/events.js';
import type { Job } from '../worker/pool-thread.js';
import type { HomeOptions } from '../worker/thread-messages.js';
import { PeerRefusal } from './peers.js';

export interface WorkerActorsOptions {
  readonly home: HomeOptions;
  /** Name, host and process of the worker, for errors. */
  readonly where: string;
  /** Takes what became of a task. */
  readonly handle: (event: WorkerEvent) => void;
  /** Hears of actors that are not here any more, though nobody gave them up. */
  readonly onLost: (keys: readonly Key[]) => void;
}

/** Which inputs of a task are actors, one by one. */
export const actorsOf = ({ deps = [], actors }: Assignment): Pick<Job, 'actors'> =>
  actors ? { actors: deps.map((dep) => (actors.includes(dep) ? dep : undefined)) } : {};

export class WorkerActors {
  readonly #options: WorkerActorsOptions;
  readonly #actors: Actors;

  constructor(options: WorkerActorsOptions) {
    this.#options = options;
    const { home, onLost } = options;
    this.#actors = new Actors(home.worker.nthreads, home, onLost);
  }

  addCode(code: Readonly<Record<string, unknown>>): void {
    this.#actors.addCode(code);
  }

  dropCode(names: readonly string[]): void {
    this.#actors.dropCode(names);
  }

  async make(task: Assignment, inputs: readonly unknown[]): Promise<void> {
    const { key, op, params } = task;
    const { home, where, handle } = this.#options;
    const start = performance.now();
    const outcome = await this.#actors.make({ key, op, params, inputs, code: codeOf(task), ...actorsOf(task) });
    if ('error' in outcome) {
      this.#actors.drop([key]);
      handle({ type: 'failed', key, error: { ...outcome.error, worker: where } });
      return;
    }
    const { name, address } = home.worker;
    const value: ActorReference = { ...(outcome.value as ActorShape), __actor: key, worker: name, address };
    handle({ type: 'executed', key, value, nbytes: 0, ms: performance.now() - start, isBound: true });
  }

  /** Serves `call-actor` of peers. */
  async call({ key, call }: Message): Promise<unknown> {
    const outcome = await this.#actors.call(key as Key, call as ActorCall);
    if ('value' in outcome) return outcome.value;
    throw new PeerRefusal({ ...outcome.error, worker: this.#options.where });
  }

  drop(keys: readonly Key[]): void {
    this.#actors.drop(keys);
  }

  close(): Promise<void> {
    return this.#actors.close();
  }
}
