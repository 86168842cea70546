/**
 * A worker on its connections: carries messages between the scheduler, its peers, the threads and the worker's state.
 * All decisions are made in `worker/state.ts`.
 */
import { hostname } from 'node:os';
import { type Comm, checkSendable, connect, type Listener, listen, type Message } from '../comm/comm.js';
import type { Key } from '../graph/task.js';
import { codeOf } from '../scheduler/code.js';
import type { Assignment, ErrorReport, Holder } from '../scheduler/events.js';
import { type ActorCall, type ActorReference, type ActorShape, Actors } from '../worker/actors.js';
import { reportOf } from '../worker/error-report.js';
import { sizeOfValue } from '../worker/sizeof.js';
import { type WorkerEvent, type WorkerInstruction, WorkerState } from '../worker/state.js';
import { type Answer, ThreadPool } from '../worker/threads.js';
import { PeerRefusal, type PeerServices, Peers, servePeer } from './peers.js';
import { WorkerFiles } from './worker-files.js';
import { type LogLine, type Plugin, tearDownAll, type WorkerContext, workerRequests } from './worker-requests.js';

export interface WorkerOptions {
  /** The scheduler's address. */
  readonly scheduler: string;
  readonly secret: string;
  readonly name: string;
  readonly nthreads: number;
  /** Where to listen for other workers and clients: `tcp://host:0`, `inproc://name`. */
  readonly address: string;
  /** What it has to give to tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
}

/** How often it says that it lives, in ms. */
const HEARTBEAT_MS = 500;
const LOG_LINES = 1000;

export class WorkerServer {
  readonly #options: WorkerOptions;
  readonly #data: Map<Key, unknown>;
  readonly #state: WorkerState;
  readonly #threads: ThreadPool;
  readonly #actors: Actors;
  readonly #scheduler: Comm;
  readonly #peers: Peers;
  readonly #listener: Listener;
  /** Whether results may have to cross to another process. */
  readonly #isRemote: boolean;
  readonly #heart: NodeJS.Timeout;
  readonly #log: LogLine[] = [];
  readonly #plugins = new Map<string, Plugin>();
  readonly #files: WorkerFiles;
  readonly #where: string;
  #closing: Promise<void> | undefined;

  private constructor(options: WorkerOptions, scheduler: Comm, listener: Listener, data: Map<Key, unknown>) {
    this.#options = options;
    this.#data = data;
    this.#state = new WorkerState(options.nthreads, this.#data);
    this.#threads = new ThreadPool(options.nthreads, (answers) => this.#receiveAnswers(answers));
    this.#actors = new Actors(options.nthreads, (keys) => this.#loseActors(keys));
    this.#files = new WorkerFiles(options.name);
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#isRemote = !listener.address.startsWith('inproc:');
    this.#peers = new Peers(options.secret);
    this.#where = `worker ${options.name} (${hostname()}, process ${process.pid})`;
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then(() => this.close());
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.#note('info', `joined ${options.scheduler} with ${options.nthreads} threads`);
  }

  /** Starts the threads, listens for peers and registers with the scheduler; nothing keeps the process alive unless `ref` is called. */
  static async start(options: WorkerOptions): Promise<WorkerServer> {
    const { secret } = options;
    const data = new Map<Key, unknown>();
    let worker: WorkerServer | undefined;
    const services: PeerServices = {
      'put-data': (message) => worker!.#put(message),
      'call-actor': (message) => worker!.#callActor(message),
    };
    const listener = await listen(options.address, { secret, onComm: (comm) => servePeer(comm, data, services) });
    listener.unref();
    const scheduler = await connect(options.scheduler, { secret });
    scheduler.unref();
    worker = new WorkerServer(options, scheduler, listener, data);
    const { name, nthreads, resources } = options;
    const place = { host: hostname(), pid: process.pid };
    scheduler.send({
      op: 'register-worker',
      name,
      nthreads,
      address: listener.address,
      ...place,
      ...(resources && { resources }),
    });
    return worker;
  }

  /** Resolves when the scheduler is gone or has sent the worker away, and the worker has cleaned up. */
  get ended(): Promise<unknown> {
    return this.#scheduler.closed.then(() => this.close());
  }

  ref(): void {
    this.#scheduler.ref();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heart);
    this.#scheduler.close();
    this.#peers.close();
    await tearDownAll(this.#context);
    await Promise.all([this.#listener.close(), this.#threads.close(), this.#actors.close(), this.#files.close()]);
  }

  #receive(message: Message): void {
    if (message.op === 'request') this.#answer(message);
    else if (message.op === 'stop') this.#scheduler.close();
    else {
      if (message.code) {
        this.#threads.addCode(message.code as Record<string, unknown>);
        this.#actors.addCode(message.code as Record<string, unknown>);
      }
      if (message.op === 'free') this.#actors.drop(message.keys as Key[]);
      const { op, ...fields } = message;
      this.#handle({ ...fields, type: op } as unknown as WorkerEvent);
    }
  }

  async #answer({ id, method, args }: Message): Promise<void> {
    try {
      const value = await workerRequests[String(method)]!(this.#context, args);
      this.#scheduler.send({ op: 'answer', id, value });
    } catch (error) {
      this.#note('error', `${method}: ${(error as Error)?.message}`);
      this.#scheduler.send({ op: 'answer', id, error: { ...reportOf(error), worker: this.#where } });
    }
  }

  get #context(): WorkerContext {
    const { name, nthreads } = this.#options;
    return {
      ...{ name, nthreads, address: this.#listener.address },
      ...{ log: this.#log, files: this.#files, plugins: this.#plugins },
      restart: async () => {
        await Promise.all([this.#threads.restart(), this.#actors.close()]);
        this.#note('info', 'its threads were restarted');
      },
    };
  }

  /** Takes data that a client scatters, and tells how much it is; the client tells the scheduler. */
  #put({ key, value }: Message): number {
    const nbytes = sizeOfValue(value);
    this.#data.set(key as Key, value);
    return nbytes;
  }

  async #callActor({ key, call }: Message): Promise<unknown> {
    const outcome = await this.#actors.call(key as Key, call as ActorCall);
    if ('value' in outcome) return outcome.value;
    throw new PeerRefusal({ ...outcome.error, worker: this.#where });
  }

  async #makeActor(task: Assignment): Promise<void> {
    const { key, op, params } = task;
    const start = performance.now();
    const outcome = await this.#actors.make({ key, op, params, inputs: this.#inputsOf(task), code: codeOf(task) });
    if ('error' in outcome) {
      this.#actors.drop([key]);
      this.#handle({ type: 'failed', key, error: { ...outcome.error, worker: this.#where } });
      return;
    }
    const place = { __actor: key, worker: this.#options.name, address: this.#listener.address };
    const value: ActorReference = { ...(outcome.value as ActorShape), ...place };
    this.#handle({ type: 'executed', key, value, nbytes: 0, ms: performance.now() - start, isBound: true });
  }

  /** The thread of these has ended: they are not here any more. */
  #loseActors(keys: readonly Key[]): void {
    this.#note('error', `lost the actors ${keys.join(', ')}, as their thread ended`);
    for (const key of keys) this.#data.delete(key);
    this.#scheduler.send({ op: 'missing-data', from: this.#options.name, keys, tasks: [] });
  }

  #beat(): void {
    this.#scheduler.send({ op: 'heartbeat', rss: process.memoryUsage.rss() });
  }

  #note(level: LogLine[1], text: string): void {
    if (this.#log.length === LOG_LINES) this.#log.shift();
    this.#log.push([Math.round(performance.timeOrigin + performance.now()), level, text]);
  }

  #handle(...events: readonly WorkerEvent[]): void {
    for (const instruction of this.#state.handle(...events)) {
      (this.#carriers[instruction.type] as (instruction: WorkerInstruction) => void)(instruction);
    }
  }

  readonly #carriers: {
    readonly [K in WorkerInstruction['type']]: (instruction: Extract<WorkerInstruction, { type: K }>) => void;
  } = {
    report: ({ message }) => this.#scheduler.send(message as unknown as Message),

    execute: ({ task }) => {
      if (task.actor) {
        this.#makeActor(task);
        return;
      }
      const { key, op, params, timeoutMs } = task;
      const inputs = this.#inputsOf(task);
      this.#threads.run({ key, op, params, inputs, code: codeOf(task), ...(timeoutMs !== undefined && { timeoutMs }) });
    },

    revoke: ({ keys }) => {
      const revoked = keys.filter((key) => this.#threads.revoke(key));
      if (revoked.length > 0) this.#handle({ type: 'revoked', keys: revoked });
    },

    abort: ({ key }) => {
      if (this.#threads.abort(key)) this.#handle({ type: 'revoked', keys: [key] });
    },

    fetch: ({ from, keys }) => {
      this.#fetch(from, keys).then((event) => this.#handle(event));
    },
  };

  #inputsOf({ deps, values }: Assignment): readonly unknown[] {
    if (!deps) return noInputs;
    return deps.map((key) => (values && key in values ? values[key] : this.#data.get(key)));
  }

  #receiveAnswers(answers: readonly Answer[]): void {
    this.#handle(...answers.map((answer) => this.#eventOf(answer)));
  }

  #eventOf(answer: Answer): WorkerEvent {
    const { key } = answer;
    if ('seceded' in answer) return { type: 'seceded', key };
    const error = 'error' in answer ? answer.error : this.#refusalOf(answer.value, key);
    if (!error) return { ...(answer as Extract<Answer, { value: unknown }>), type: 'executed' };
    this.#note('error', `task ${key} failed: ${error.name}: ${error.message}`);
    return { type: 'failed', key, error: { ...error, worker: this.#where } };
  }

  /** Why nobody else could get the result: found now, as the failure of its task, not when somebody waits for it. */
  #refusalOf(value: unknown, key: Key): ErrorReport | undefined {
    if (!this.#isRemote || typeof value !== 'object' || ArrayBuffer.isView(value)) return undefined;
    try {
      checkSendable(value);
      return undefined;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message: `the result of ${key} cannot be sent: ${message}` };
    }
  }

  async #fetch(from: Holder, keys: readonly Key[]): Promise<WorkerEvent> {
    try {
      return { type: 'fetched', from, keys, values: await this.#peers.fetch(from.address, keys) };
    } catch {
      return { type: 'fetch-failed', from, keys };
    }
  }
}

const noInputs: readonly unknown[] = [];
