/**
 * A worker on its connections: carries messages between the scheduler, its peers, the threads and the worker's state.
 * All decisions are made in `worker/state.ts`.
 */
import { hostname } from 'node:os';
import { type Comm, checkSendable, connect, type Listener, listen, type Message } from '../comm/comm.js';
import type { Assignment, ErrorReport, Holder } from '../scheduler/events.js';
import { type WorkerEvent, type WorkerInstruction, WorkerState } from '../worker/state.js';
import { type Result, ThreadPool } from '../worker/threads.js';
import { Peers, serveData } from './peers.js';

export interface WorkerOptions {
  /** The scheduler's address. */
  readonly scheduler: string;
  readonly secret: string;
  readonly name: string;
  readonly nthreads: number;
  /** Where to listen for other workers and clients: `tcp://host:0`, `inproc://name`. */
  readonly address: string;
}

export class WorkerServer {
  readonly #state: WorkerState;
  readonly #threads: ThreadPool;
  readonly #scheduler: Comm;
  readonly #peers: Peers;
  readonly #listener: Listener;
  /** Whether results may have to cross to another process. */
  readonly #isRemote: boolean;

  private constructor(
    options: WorkerOptions,
    threads: ThreadPool,
    scheduler: Comm,
    listener: Listener,
    state: WorkerState,
  ) {
    this.#state = state;
    this.#threads = threads;
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#isRemote = !listener.address.startsWith('inproc:');
    this.#peers = new Peers(options.secret);
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then(() => this.close());
  }

  /** Starts the threads, listens for peers and registers with the scheduler; nothing keeps the process alive unless `ref` is called. */
  static async start(options: WorkerOptions): Promise<WorkerServer> {
    const threads = new ThreadPool(options.nthreads);
    const state = new WorkerState(options.nthreads);
    const { secret } = options;
    const listener = await listen(options.address, { secret, onComm: (comm) => serveData(comm, state.store) });
    listener.unref();
    const scheduler = await connect(options.scheduler, { secret });
    scheduler.unref();
    const worker = new WorkerServer(options, threads, scheduler, listener, state);
    scheduler.send({
      op: 'register-worker',
      name: options.name,
      address: listener.address,
      nthreads: options.nthreads,
      host: hostname(),
      pid: process.pid,
    });
    return worker;
  }

  /** Resolves when the scheduler is gone or has sent the worker away. */
  get ended(): Promise<unknown> {
    return this.#scheduler.closed;
  }

  ref(): void {
    this.#scheduler.ref();
  }

  async close(): Promise<void> {
    this.#scheduler.close();
    this.#peers.close();
    await Promise.all([this.#listener.close(), this.#threads.close()]);
  }

  #receive(message: Message): void {
    if (message.op === 'run') this.#handle({ type: 'run', tasks: message.tasks as Assignment[] });
    else if (message.op === 'free') this.#handle({ type: 'free', keys: message.keys as string[] });
    else if (message.op === 'stop') this.#scheduler.close();
  }

  #handle(event: WorkerEvent): void {
    for (const instruction of this.#state.handle(event)) {
      (this.#carriers[instruction.type] as (instruction: WorkerInstruction) => void)(instruction);
    }
  }

  readonly #carriers: {
    readonly [K in WorkerInstruction['type']]: (instruction: Extract<WorkerInstruction, { type: K }>) => void;
  } = {
    report: ({ message }) => this.#scheduler.send(message as unknown as Message),

    execute: ({ key, op, params, inputs }) => {
      this.#threads.run(op, params, inputs).then((answer) => {
        const error = 'error' in answer ? answer.error : this.#refusalOf(answer.value, op);
        if (error) this.#handle({ type: 'failed', key, error });
        else this.#handle({ type: 'executed', key, ...(answer as Result) });
      });
    },

    fetch: ({ from, keys }) => {
      this.#fetch(from, keys).then((event) => this.#handle(event));
    },
  };

  /** Why nobody else could get the result: found now, as the failure of its task, not when somebody waits for it. */
  #refusalOf(value: unknown, op: string): ErrorReport | undefined {
    if (!this.#isRemote) return undefined;
    try {
      checkSendable(value);
      return undefined;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message: `the result of ${op} cannot be sent: ${message}` };
    }
  }

  async #fetch(from: Holder, keys: readonly string[]): Promise<WorkerEvent> {
    try {
      return { type: 'fetched', from, keys, values: await this.#peers.fetch(from.address, keys) };
    } catch {
      return { type: 'fetch-failed', from, keys };
    }
  }
}
