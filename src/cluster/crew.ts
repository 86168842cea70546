/** The workers of a local cluster: started, sent away, and replaced when they fail. */
import { SheafError } from '../util/errors.js';
import { warn } from '../util/warnings.js';
import { type Death, superviseWorker } from './nanny.js';
import type { SchedulerServer } from './scheduler-server.js';
import { type WorkerOptions, WorkerServer } from './worker-server.js';

interface Member {
  close(): Promise<void>;
  /** Of a process: the one that runs now, and how to have it replaced. */
  readonly pid?: number;
  kill?(reason: string): void;
}

/** A process that has lost its scheduler has so long to die, or to come back, before it is replaced. */
const RETURN_MS = 2000;

export class Crew {
  readonly #scheduler: SchedulerServer;
  readonly #processes: boolean;
  readonly #optionsOf: (index: number) => WorkerOptions;
  readonly #members = new Map<string, Member>();
  #started = 0;
  #isClosed = false;
  /** Changes happen one after another. */
  #change: Promise<void> = Promise.resolve();
  #end: Promise<unknown> | undefined;

  constructor(scheduler: SchedulerServer, processes: boolean, optionsOf: (index: number) => WorkerOptions) {
    this.#scheduler = scheduler;
    this.#processes = processes;
    this.#optionsOf = optionsOf;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Resolves when there are `count` workers. */
  scale(count: number): Promise<void> {
    const change = this.#change.then(() => this.#scale(count));
    this.#change = change.catch(() => {});
    return change;
  }

  /** Called for a worker that the scheduler has lost: a process that lives on without it is replaced. */
  lookAfter(name: string): void {
    const member = this.#members.get(name);
    const lost = member?.pid;
    if (!member?.kill || lost === undefined) return;
    setTimeout(() => {
      const isBack = this.#scheduler.state.workers.has(name);
      if (isBack || this.#isClosed || this.#members.get(name) !== member || member.pid !== lost) return;
      member.kill?.('killed: it was there, but its scheduler heard nothing of it');
    }, RETURN_MS).unref();
  }

  close(): void {
    this.#isClosed = true;
    this.#end = Promise.all(Array.from(this.#members.values(), (member) => member.close()));
  }

  /** Resolves when all have gone. */
  async ended(): Promise<void> {
    await this.#end;
  }

  async #scale(count: number): Promise<void> {
    if (this.#isClosed) throw new SheafError('the cluster was closed');
    if (count < this.#members.size) await this.#shrink(count);
    const missing = Array.from({ length: count - this.#members.size }, () => this.#optionsOf(this.#started++));
    const starts = await Promise.allSettled(missing.map((options) => this.#start(options)));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) throw failed.reason;
    const names = [...this.#members.keys()];
    await this.#scheduler.until(() =>
      names.every((name) => this.#scheduler.state.workers.has(name) || !this.#members.has(name)),
    );
  }

  /** Those that hold and do the least go first; the last of all cannot hand anything over. */
  async #shrink(count: number): Promise<void> {
    const { workers } = this.#scheduler.state;
    const cost = (name: string) => workers.get(name)?.nbytes ?? -1;
    const names = [...this.#members.keys()].sort((a, b) => cost(a) - cost(b)).slice(0, this.#members.size - count);
    const leaving = names.map((name) => this.#members.get(name)!);
    for (const name of names) this.#members.delete(name); // nobody is to look after them
    if (count > 0) await this.#scheduler.retire(names);
    await Promise.all(leaving.map((member) => member.close()));
    await this.#scheduler.until(() => names.every((name) => !workers.has(name)));
  }

  async #start(options: WorkerOptions): Promise<void> {
    if (!this.#processes) {
      this.#members.set(options.name, await WorkerServer.start(options));
      return;
    }
    const worker = superviseWorker(
      { worker: options },
      { onDeath: (death) => tell(options, death), onGiveUp: ({ message }) => this.#giveUp(options.name, message) },
    );
    this.#members.set(options.name, worker);
    await worker.ready.catch((error) => {
      this.#members.delete(options.name);
      throw error;
    });
  }

  /** One worker less; when it was the last, nothing would ever come of what clients wait for. */
  #giveUp(name: string, reason: string): void {
    this.#members.delete(name);
    if (this.#members.size === 0) this.#scheduler.endClients(`it has no workers any more: ${reason}`);
    else warn('UserWarning', reason);
  }
}

/** A death for want of memory shows nowhere else. */
function tell({ name }: WorkerOptions, { reason }: Death): void {
  if (!reason.startsWith('killed by its supervisor')) return;
  warn('UserWarning', `worker ${name} was ${reason}: set memoryLimit higher, or make chunks smaller`);
}
