/**
 * The scheduler on its listeners: turns messages of workers and clients into events, and delivers the instructions.
 * All decisions are made in `scheduler/`.
 */
import { type Comm, type Listener, listen, type Message } from '../comm/comm.js';
import type { SchedulerEvent } from '../scheduler/events.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { SchedulerOptions } from '../scheduler/state.js';
import { deferred } from '../util/deferred.js';

export interface SchedulerServerOptions extends Partial<SchedulerOptions> {
  /** Where to listen: `inproc://name`, `tcp://host:port`. */
  readonly addresses: readonly string[];
  readonly secret: string;
}

export interface WorkerInfo {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
  /** Where its process runs. */
  readonly host: string;
  readonly pid: number;
  readonly nbytes: number;
  readonly processing: number;
}

export interface SchedulerInfo {
  readonly addresses: readonly string[];
  readonly workers: readonly WorkerInfo[];
  readonly tasks: number;
}

export class SchedulerServer {
  readonly #scheduler: Scheduler;
  readonly #comms = { worker: new Map<string, Comm>(), client: new Map<string, Comm>() };
  /** All connections, whoever they are. */
  readonly #open = new Set<Comm>();
  readonly #waitingForWorkers = new Set<() => void>();
  readonly #places = new Map<string, Pick<WorkerInfo, 'host' | 'pid'>>();
  readonly #lifeline = deferred<Comm>();
  readonly #failures: string[] = [];
  #listeners: Listener[] = [];
  #isClosed = false;
  /** Why there are no workers any more. */
  #end: string | undefined;

  private constructor(options: SchedulerServerOptions) {
    this.#scheduler = new Scheduler(options);
  }

  /** Starts to listen; the listeners do not keep the process alive unless `ref` is called. */
  static async start(options: SchedulerServerOptions): Promise<SchedulerServer> {
    const server = new SchedulerServer(options);
    for (const address of options.addresses) {
      server.#listeners.push(await listen(address, { secret: options.secret, onComm: (comm) => server.#accept(comm) }));
    }
    server.unref();
    return server;
  }

  get addresses(): string[] {
    return this.#listeners.map((listener) => listener.address);
  }

  info(): SchedulerInfo {
    const workers = [...this.#scheduler.state.workers.values()].map(
      ({ name, address, nthreads, nbytes, processing }) => ({
        name,
        address,
        nthreads,
        ...this.#places.get(name)!,
        nbytes,
        processing: processing.size,
      }),
    );
    return { addresses: this.addresses, workers, tasks: this.#scheduler.state.tasks.size };
  }

  /** The connection that a job's script holds as long as it lives, whatever becomes of its clients; when it has come. */
  get lifeline(): Promise<Comm> {
    return this.#lifeline.promise;
  }

  /** What workers that could not start say of it. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Resolves when `count` workers have joined, be they still there or not, or told that they cannot. */
  haveReported(count: number): Promise<void> {
    return this.#whenWorkers(() => this.#places.size + this.#failures.length >= count);
  }

  ref(): void {
    for (const listener of this.#listeners) listener.ref();
  }

  unref(): void {
    for (const listener of this.#listeners) listener.unref();
  }

  /** Sends everybody away and stops listening. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const comm of this.#open) sendAway(comm, 'it was closed');
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  /** The first message of a connection says who it is. */
  #accept(comm: Comm): void {
    comm.unref();
    if (this.#isClosed) {
      sendAway(comm, 'it was closed');
      return;
    }
    this.#open.add(comm);
    comm.closed.then(() => this.#open.delete(comm));
    comm.onMessage((message) => {
      const register = this.#registrations[message.op];
      if (register) register(comm, message);
      else comm.close();
    });
  }

  readonly #registrations: Readonly<Record<string, (comm: Comm, message: Message) => void>> = {
    'register-worker': (comm, { name, address, nthreads, host, pid }) => {
      const worker = { worker: String(name), address: String(address), nthreads: Number(nthreads) };
      this.#end = undefined;
      this.#places.set(worker.worker, { host: String(host), pid: Number(pid) });
      this.#join('worker', worker.worker, comm);
      this.#handle({ type: 'add-worker', now: performance.now(), ...worker });
      this.#askWaiting();
    },
    'register-client': (comm, { name }) => {
      this.#join('client', String(name), comm);
      this.#handle({ type: 'add-client', now: performance.now(), client: String(name) });
      if (this.#end !== undefined) sendAway(comm, this.#end);
    },
    'register-lifeline': (comm) => {
      this.#lifeline.resolve(comm);
    },
    'report-failure': (comm, { failure }) => {
      comm.close();
      this.#failures.push(String(failure));
      this.#askWaiting();
    },
  };

  #join(kind: 'worker' | 'client', name: string, comm: Comm): void {
    this.#comms[kind].get(name)?.close();
    this.#comms[kind].set(name, comm);
    comm.onMessage((message) => this.#receive(kind, name, comm, message));
    comm.closed.then((reason) => {
      if (this.#comms[kind].get(name) !== comm) return;
      this.#comms[kind].delete(name);
      const now = performance.now();
      if (kind === 'client') this.#handle({ type: 'remove-client', now, client: name });
      else this.#loseWorker(name, reason?.message ?? 'it closed its connection');
    });
  }

  /** Nobody starts workers anew: when the last has gone, clients are told so instead of waiting for ever. */
  #loseWorker(name: string, reason: string): void {
    this.#handle({ type: 'remove-worker', now: performance.now(), worker: name, reason });
    if (this.#comms.worker.size > 0) return;
    this.#end = `it has no workers any more; the last, ${name}, is gone: ${reason}`;
    for (const comm of this.#comms.client.values()) sendAway(comm, this.#end);
  }

  #receive(kind: 'worker' | 'client', name: string, comm: Comm, message: Message): void {
    const tell = () => comm.send({ op: 'info', id: message.id, info: this.info() });
    if (message.op === 'info') tell();
    else if (message.op === 'wait-for-workers') {
      const count = Number(message.count);
      this.#whenWorkers(() => this.#scheduler.state.workers.size >= count).then(tell);
    } else {
      const { op, ...fields } = message;
      this.#handle({
        ...fields,
        [kind]: name,
        reporter: name,
        type: op,
        now: performance.now(),
      } as unknown as SchedulerEvent);
    }
  }

  /** Resolves when `isSo`, which is asked again whenever a worker joins or fails. */
  #whenWorkers(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const ask = () => {
        if (!isSo()) return;
        this.#waitingForWorkers.delete(ask);
        resolve();
      };
      this.#waitingForWorkers.add(ask);
      ask();
    });
  }

  #askWaiting(): void {
    for (const ask of this.#waitingForWorkers) ask();
  }

  #handle(event: SchedulerEvent): void {
    for (const { to, name, message } of this.#scheduler.handle(event)) this.#comms[to].get(name)?.send(message);
  }
}

function sendAway(comm: Comm, reason: string): void {
  comm.send({ op: 'stop', reason });
  comm.close();
}
