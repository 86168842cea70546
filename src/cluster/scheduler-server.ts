/**
 * The scheduler on its listeners: turns messages of workers and clients into events, and delivers the instructions.
 * All decisions are made in `scheduler/`.
 */
import { hostname } from 'node:os';
import { type Comm, type Listener, listen, type Message } from '../comm/comm.js';
import type { Identity } from '../comm/security.js';
import type { Instruction, SchedulerEvent } from '../scheduler/events.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { SchedulerOptions } from '../scheduler/state.js';
import { HEARTBEAT_MS, heartbeatMs, TICK_MS } from '../scheduler/watch.js';
import { deferred } from '../util/deferred.js';
import { Arrivals } from './arrivals.js';
import { CoordinationServer } from './coordination-server.js';
import type { EventLog } from './event-log.js';
import { forget, forgetful, joinForgetful } from './forgetful.js';
import { Questions } from './questions.js';
import { RequestDesk } from './request-desk.js';
import type { LaunchInfo, SchedulerInfo, WorkerInfo, WorkerMetrics } from './scheduler-info.js';

export interface SchedulerServerOptions extends Partial<SchedulerOptions> {
  /** Where to listen: `inproc://name`, `tcp://host:port`. */
  readonly addresses: readonly string[];
  readonly secret: string;
  /** Its certificates, for `tls://` addresses. */
  readonly security?: Identity;
  /** Whether somebody starts workers anew; if not, clients are sent away when the last has gone. */
  readonly workersReturn?: boolean;
  /** Told of every worker that is gone. */
  readonly onWorkerLost?: (name: string) => void;
  /** Where to write what happens. */
  readonly eventLog?: EventLog;
}

/** So many may join at once, as the ranks of a job do. */
const MAX_PENDING = 16_384;

type Place = Pick<WorkerInfo, 'host' | 'pid'> & { metrics: WorkerMetrics };

export class SchedulerServer {
  /** How the job came together that it schedules for. */
  launch: LaunchInfo | undefined;
  readonly #scheduler: Scheduler;
  readonly #comms = { worker: new Map<string, Comm>(), client: new Map<string, Comm>() };
  /** All connections, whoever they are. */
  readonly #open = new Set<Comm>();
  readonly #waiting = new Set<() => void>();
  readonly #places = new Map<string, Place>();
  /** The workers that have joined, be they still there or not. */
  readonly #seen = new Set<string>();
  readonly #lifeline = deferred<Comm>();
  /** The connections of those who start their workers anew. */
  readonly #supervisors = new Set<Comm>();
  readonly #failures: string[] = [];
  readonly #coordination: CoordinationServer;
  readonly #desk: RequestDesk;
  readonly #questions = new Questions((worker, message) => this.#comms.worker.get(worker)?.send(message));
  readonly #arrivals = new Arrivals({
    ask: (worker, method, args) => this.#questions.ask(worker, method, args),
    send: (client, message) => this.#comms.client.get(client)?.send(message),
  });
  readonly #workersReturn: boolean;
  readonly #onWorkerLost: ((name: string) => void) | undefined;
  readonly #eventLog: EventLog | undefined;
  readonly #ticking: NodeJS.Timeout;
  #heartbeatMs = HEARTBEAT_MS;
  #events: SchedulerEvent[] = [];
  #listeners: Listener[] = [];
  #closing: Promise<unknown> | undefined;
  readonly #closed = deferred<void>();
  /** Why there are no workers any more. */
  #end: string | undefined;
  /** Why all are sent away at the end. */
  #reason = 'it was closed';
  #isEnding = false;

  private constructor(options: SchedulerServerOptions) {
    this.#scheduler = new Scheduler(options);
    this.#workersReturn = options.workersReturn ?? false;
    this.#onWorkerLost = options.onWorkerLost;
    this.#eventLog = options.eventLog;
    const send = (client: string, message: Message) => this.#comms.client.get(client)?.send(message);
    this.#coordination = new CoordinationServer({ schedule: (event) => this.#schedule(event), send });
    this.#desk = new RequestDesk(
      (client) => ({
        client,
        state: this.#scheduler.state,
        info: () => this.info(),
        handle: (event) => {
          this.#schedule(event);
          this.#flush();
        },
        until: (isSo) => this.until(isSo),
        askWorker: (worker, method, args) => this.#questions.ask(worker, method, args),
        arrivals: this.#arrivals,
        shutdown: () => setImmediate(() => this.close()),
      }),
      send,
    );
    this.#schedule(joinForgetful(performance.now()));
    this.#ticking = setInterval(() => this.#schedule({ type: 'tick', now: performance.now() }), TICK_MS).unref();
  }

  /** Starts to listen; the listeners do not keep the process alive unless `ref` is called. */
  static async start(options: SchedulerServerOptions): Promise<SchedulerServer> {
    const server = new SchedulerServer(options);
    const { secret, security } = options;
    const onComm = (comm: Comm) => server.#accept(comm);
    const listenOptions = { secret, maxPending: MAX_PENDING, ...(security && { security }), onComm };
    for (const address of options.addresses) server.#listeners.push(await listen(address, listenOptions));
    server.unref();
    return server;
  }

  get addresses(): string[] {
    return this.#listeners.map((listener) => listener.address);
  }

  /** What the scheduler knows, to look at. */
  get state(): Scheduler['state'] {
    return this.#scheduler.state;
  }

  info(): SchedulerInfo {
    const workers = [...this.#scheduler.state.workers.values()].map(
      ({ name, address, nthreads, nbytes, processing, status, resources, memoryLimit }) => ({
        ...{ name, address, nthreads, status, resources, memoryLimit },
        ...this.#places.get(name)!,
        nbytes,
        processing: processing.size,
      }),
    );
    return {
      ...{ addresses: this.addresses, host: hostname(), pid: process.pid },
      ...(this.launch && { launch: this.launch }),
      ...{ workers, tasks: this.#scheduler.state.tasks.size },
    };
  }

  /** The connection that a job's script holds as long as it lives, whatever becomes of its clients; when it has come. */
  get lifeline(): Promise<Comm> {
    return this.#lifeline.promise;
  }

  /** What workers that could not start say of it. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Resolves when `count` workers have joined, or told that they cannot. */
  haveReported(count: number): Promise<void> {
    return this.until(() => this.#seen.size + this.#failures.length >= count);
  }

  /** Moves what a worker holds to others and sends it away; resolves when it has gone. */
  retire(workers: readonly string[]): Promise<void> {
    for (const worker of workers) this.#schedule({ type: 'retire-worker', now: performance.now(), worker });
    return this.until(() => workers.every((name) => !this.#scheduler.state.workers.has(name)));
  }

  /** From now on nobody hands over what it has: all will end, for that reason. */
  expectEnd(reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#reason = reason;
    this.#eventLog?.note('end', { reason });
  }

  ref(): void {
    for (const listener of this.#listeners) listener.ref();
  }

  unref(): void {
    for (const listener of this.#listeners) listener.unref();
  }

  /** Sends everybody away and stops listening. */
  async close(): Promise<void> {
    if (!this.#closing) {
      clearInterval(this.#ticking);
      for (const comm of this.#open) sendAway(comm, this.#reason);
      this.#flush();
      this.#closing = Promise.all([...this.#listeners, this.#eventLog].map((part) => part?.close()));
    }
    await this.#closing;
    this.#closed.resolve();
  }

  /** When it has closed, whoever asked for that. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The first message of a connection says who it is. */
  #accept(comm: Comm): void {
    comm.unref();
    if (this.#closing) {
      sendAway(comm, this.#reason);
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
    'register-worker': (comm, { op: _, host, pid, name, ...fields }) => {
      const worker = String(name);
      this.#end = undefined;
      this.#places.set(worker, { host: String(host), pid: Number(pid), metrics: {} });
      this.#questions.lose(worker, 'it joined again');
      this.#join('worker', worker, comm);
      const add = () => {
        this.#seen.add(worker);
        const event = { ...fields, type: 'add-worker', now: performance.now(), worker, host: String(host) };
        this.#schedule(event as unknown as SchedulerEvent);
        this.#paceHeartbeats(comm);
      };
      const isThere = () => this.#comms.worker.get(worker) === comm;
      if (this.#arrivals.size === 0) add();
      else this.#arrivals.welcome(worker, isThere).then(() => isThere() && add());
    },
    'register-client': (comm, { name }) => {
      this.#join('client', String(name), comm);
      this.#schedule({ type: 'add-client', now: performance.now(), client: String(name) });
      if (this.#end !== undefined) sendAway(comm, this.#end);
    },
    'register-lifeline': (comm) => {
      this.#lifeline.resolve(comm);
    },
    'register-supervisor': (comm, { worker }) => {
      this.#supervisors.add(comm);
      // Its host asks it to end, and nobody asks the job to: it hands over what it has.
      comm.onMessage(({ op }) => {
        if (op === 'leave' && !this.#isEnding) this.retire([String(worker)]);
      });
      comm.closed.then(() => {
        this.#supervisors.delete(comm);
        this.#endWithoutWorkers('those who started them anew are gone');
      });
    },
    'report-failure': (comm, { failure }) => {
      comm.close();
      this.#failures.push(String(failure));
      this.#askWaiting();
    },
  };

  /** More workers than ever speak less often each; who comes later is told so alone. */
  #paceHeartbeats(newcomer: Comm): void {
    const ms = heartbeatMs(this.#comms.worker.size, this.#scheduler.state.options.workerTtlMs);
    const isNew = ms > this.#heartbeatMs;
    this.#heartbeatMs = Math.max(ms, this.#heartbeatMs);
    const message = { op: 'heartbeat-interval', ms: this.#heartbeatMs };
    if (isNew) for (const comm of this.#comms.worker.values()) comm.send(message);
    else if (this.#heartbeatMs > HEARTBEAT_MS) newcomer.send(message);
  }

  #join(kind: 'worker' | 'client', name: string, comm: Comm): void {
    this.#comms[kind].get(name)?.close();
    this.#comms[kind].set(name, comm);
    const receivers = kind === 'worker' ? this.#fromWorker : this.#fromClient;
    comm.onMessage((message) => {
      const receive = receivers[message.op];
      if (receive) receive(name, message);
      else this.#schedule(eventOf(kind, name, message));
    });
    comm.closed.then((reason) => {
      // At the end all go, and nobody needs to hear of each.
      if (this.#closing || this.#comms[kind].get(name) !== comm) return;
      this.#comms[kind].delete(name);
      if (kind === 'worker') {
        this.#loseWorker(name, reason?.message ?? 'it closed its connection');
      } else {
        this.#coordination.removeClient(name);
        this.#schedule({ type: 'remove-client', now: performance.now(), client: name });
      }
    });
  }

  readonly #fromWorker: Readonly<Record<string, (worker: string, message: Message) => void>> = {
    heartbeat: (worker, { op: _, freed, ...metrics }) => {
      const place = this.#places.get(worker);
      if (place) place.metrics = metrics;
      this.#schedule({ type: 'heartbeat', now: performance.now(), worker, freed: Number(freed) });
    },
    answer: (_worker, message) => this.#questions.receive(message),
  };

  readonly #fromClient: Readonly<Record<string, (client: string, message: Message) => void>> = {
    request: (client, message) => {
      this.#flush(); // what came before it counts
      if (this.#desk.takes(String(message.method))) this.#desk.request(client, message);
      else this.#coordination.receivers.request!(client, message);
    },
    expire: (client, message) => {
      if (!this.#desk.expire(client, message)) this.#coordination.receivers.expire!(client, message);
    },
  };

  #loseWorker(name: string, reason: string): void {
    this.#places.delete(name);
    this.#questions.lose(name, reason);
    this.#schedule({ type: 'remove-worker', now: performance.now(), worker: name, reason });
    this.#onWorkerLost?.(name);
    this.#endWithoutWorkers(`the last, ${name}, is gone: ${reason}`);
  }

  /** Where nobody starts workers anew, clients are told so instead of waiting for ever. */
  #endWithoutWorkers(why: string): void {
    if (this.#comms.worker.size > 0 || this.#workersReturn || this.#supervisors.size > 0) return;
    this.endClients(`it has no workers any more; ${why}`);
  }

  /** Sends all clients away, and those that come, until a worker joins. */
  endClients(reason: string): void {
    this.#end = reason;
    for (const comm of this.#comms.client.values()) sendAway(comm, reason);
  }

  /** Resolves when `isSo`, which is asked again after events. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const ask = () => {
        if (!isSo()) return;
        this.#waiting.delete(ask);
        resolve();
      };
      this.#waiting.add(ask);
      ask();
    });
  }

  #askWaiting(): void {
    for (const ask of this.#waiting) ask();
  }

  /** Events of one turn are handled together: what they ask for goes out in fewer and larger messages. */
  #schedule(event: SchedulerEvent): void {
    this.#events.push(event);
    if (this.#events.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const events = this.#events;
    this.#events = [];
    this.#eventLog?.write(events);
    for (const instruction of this.#scheduler.handleAll(events)) this.#deliver(instruction);
    if (this.#waiting.size > 0) this.#askWaiting();
  }

  #deliver(instruction: Instruction): void {
    if (instruction.to === 'topic') {
      this.#coordination.log(instruction.name, instruction.message.event);
      return;
    }
    const { to, name, message } = instruction;
    if (to === 'client' && name === forgetful) {
      const event = forget(performance.now(), message);
      if (event) this.#schedule(event);
      return;
    }
    const comm = this.#comms[to].get(name);
    comm?.send(message);
    if (message.op !== 'stop') return;
    // Not when its connection ends: one that hangs would not let it end.
    comm?.close();
    this.#comms.worker.delete(name);
    this.#loseWorker(name, message.reason);
  }
}

/** A message about tasks is an event as it is, but for who says it and when. */
const eventOf = (kind: 'worker' | 'client', name: string, { op, ...fields }: Message): SchedulerEvent =>
  ({ ...fields, [kind]: name, reporter: name, type: op, now: performance.now() }) as unknown as SchedulerEvent;

function sendAway(comm: Comm, reason: string): void {
  comm.send({ op: 'stop', reason });
  comm.close();
}
