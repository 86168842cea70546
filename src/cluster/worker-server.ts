/**
 * A worker on its connections: carries messages between the scheduler, its peers, the threads and the worker's state.
 * All decisions are made in `worker/state.ts`.
 */
import { hostname } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { type Comm, checkSendable, connect, type Listener, listen, type Message } from '../comm/comm.js';
import { servePort } from '../comm/port.js';
import { Security, type SecurityOptions } from '../comm/security.js';
import type { Key } from '../graph/task.js';
import { codeOf } from '../scheduler/code.js';
import type { Assignment, ErrorReport, Holder } from '../scheduler/events.js';
import { type Deferred, deferred } from '../util/deferred.js';
import { reportOf } from '../worker/error-report.js';
import { sizeOfValue } from '../worker/sizeof.js';
import { type WorkerEvent, type WorkerInstruction, WorkerState } from '../worker/state.js';
import type { Answer } from '../worker/thread-messages.js';
import { ThreadPool } from '../worker/threads.js';
import { type Credentials, type PeerServices, Peers, servePeer } from './peers.js';
import { WorkerActors } from './worker-actors.js';
import { WorkerFiles } from './worker-files.js';
import { type WorkerMemory, type WorkerMemoryOptions, workerMemory } from './worker-memory.js';
import { type LogLine, type Plugin, tearDownAll, type WorkerContext, workerRequests } from './worker-requests.js';

export interface WorkerOptions {
  /** The scheduler's address. */
  readonly scheduler: string;
  readonly secret: string;
  readonly name: string;
  readonly nthreads: number;
  /** Where to listen for other workers and clients: `tcp://host:0`, `inproc://name`. */
  readonly address: string;
  /** The cluster's certificates, as `Security.toJSON` gives them, where its connections are encrypted. */
  readonly security?: SecurityOptions;
  /** What it has to give to tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly memory?: WorkerMemoryOptions;
}

/** How often it says that it lives, in ms. */
const HEARTBEAT_MS = 500;
const LOG_LINES = 1000;

export class WorkerServer {
  readonly #options: WorkerOptions;
  readonly #data: WorkerMemory['store'];
  readonly #memory: WorkerMemory;
  readonly #state: WorkerState;
  readonly #threads: ThreadPool;
  readonly #actors: WorkerActors;
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
  #isDismissed = false;

  /** Tasks whose inputs are being brought back from disk. */
  readonly #loading = new Map<Key, Assignment>();
  /** One task after another: what is brought back for all at once would be more than fits. */
  #lastLoad: Promise<void> = Promise.resolve();
  /** Pending while memory is short. */
  #unpaused: Deferred<void> = deferred();

  private constructor(options: WorkerOptions, scheduler: Comm, listener: Listener, memory: WorkerMemory) {
    this.#options = options;
    this.#where = `worker ${options.name} (${hostname()}, process ${process.pid})`;
    const credentials = credentialsOf(options);
    this.#memory = memory;
    this.#data = memory.store;
    this.#state = new WorkerState(options.nthreads, this.#data, memory.transferBytes);
    const home = {
      worker: { name: options.name, address: listener.address, nthreads: options.nthreads },
      scheduler: options.scheduler,
      onPort: (port: MessagePort) => servePort(port, credentials),
    };
    const { nthreads } = options;
    this.#threads = new ThreadPool(nthreads, (answers) => this.#receiveAnswers(answers), home, memory.allowanceBytes);
    this.#actors = new WorkerActors({
      ...{ home, where: this.#where },
      handle: (event) => this.#handle(event),
      onLost: (keys) => this.#loseActors(keys),
    });
    this.#files = new WorkerFiles(options.name);
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#isRemote = !listener.address.startsWith('inproc:');
    this.#peers = new Peers(credentials);
    this.#unpaused.resolve();
    memory.watch({
      collectThreads: () => this.#threads.collect(),
      onPause: (isPaused) => this.#pause(isPaused),
      onDiskFailure: (text) => this.#note('warning', text),
    });
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then(() => this.close());
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.#note('info', `joined ${options.scheduler} with ${options.nthreads} threads`);
  }

  /** Starts the threads, listens for peers and registers with the scheduler; nothing keeps the process alive unless `ref` is called. */
  static async start(options: WorkerOptions): Promise<WorkerServer> {
    const credentials = credentialsOf(options);
    const memory = workerMemory(options.memory);
    let worker: WorkerServer | undefined; // nobody knows its address before
    const services: PeerServices = {
      'put-data': (message) => worker!.#put(message),
      'call-actor': (message) => worker!.#actors.call(message),
    };
    const onComm = (comm: Comm) => servePeer(comm, memory.store, services);
    const listener = await listen(options.address, { ...credentials, onComm });
    listener.unref();
    const scheduler = await connect(options.scheduler, credentials).catch(async (error) => {
      await Promise.all([listener.close(), memory.close()]);
      throw error;
    });
    scheduler.unref();
    worker = new WorkerServer(options, scheduler, listener, memory);
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

  /**
   * Resolves when the scheduler is gone or has sent the worker away, and the worker has cleaned up: whether it is sent
   * away for good, and nobody is to take its place.
   */
  get ended(): Promise<boolean> {
    return this.#scheduler.closed.then(() => this.close()).then(() => this.#isDismissed);
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
    await Promise.all(
      [this.#listener, this.#threads, this.#actors, this.#files, this.#memory].map((part) => part.close()),
    );
  }

  #receive(message: Message): void {
    if (message.op === 'request') this.#answer(message);
    else if (message.op === 'stop') {
      this.#isDismissed = !message.mayReturn;
      this.#scheduler.close();
    } else if (message.op === 'peer-gone') this.#peers.drop(String(message.address));
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
    this.#data.set(key as Key, value, nbytes);
    this.#memory.stored(nbytes);
    return nbytes;
  }

  /** Their thread has ended. */
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
      const { deps } = task;
      if (deps?.every((key) => isCarried(task, key) || this.#data.inMemory(key)) ?? true) {
        this.#run(task, this.#inputsOf(task));
      } else {
        this.#loading.set(task.key, task);
        this.#lastLoad = this.#lastLoad.then(() => this.#load(task));
      }
    },

    revoke: ({ keys }) => {
      const revoked = keys.filter((key) => this.#loading.delete(key) || this.#threads.revoke(key));
      if (revoked.length > 0) this.#handle({ type: 'revoked', keys: revoked });
    },

    abort: ({ key }) => {
      if (this.#loading.delete(key) || this.#threads.abort(key)) this.#handle({ type: 'revoked', keys: [key] });
    },

    fetch: ({ from, keys }) => {
      this.#fetch(from, keys).then((event) => {
        const before = this.#data.memoryBytes;
        this.#handle(event);
        this.#memory.stored(Math.max(0, this.#data.memoryBytes - before));
      });
    },
  };

  #run(task: Assignment, inputs: readonly unknown[]): void {
    if (task.actor) {
      this.#actors.make(task, inputs);
      return;
    }
    const { key, op, params, timeoutMs } = task;
    this.#threads.run({ key, op, params, inputs, code: codeOf(task), ...(timeoutMs !== undefined && { timeoutMs }) });
  }

  #inputsOf(task: Assignment): readonly unknown[] {
    return task.deps?.map((key) => (isCarried(task, key) ? task.values![key] : this.#data.get(key))) ?? noInputs;
  }

  /** Brings inputs of a task back from disk, then runs it, unless it was taken back meanwhile. */
  async #load(task: Assignment): Promise<void> {
    const { key } = task;
    await this.#unpaused.promise;
    if (this.#loading.get(key) !== task) return;
    const lost: Key[] = [];
    const inputs: unknown[] = [];
    for (const dep of task.deps!) {
      if (isCarried(task, dep)) inputs.push(task.values![dep]);
      else if (!this.#data.has(dep)) lost.push(dep);
      else {
        try {
          inputs.push(await this.#data.load(dep));
        } catch (error) {
          this.#note('error', `${dep} cannot be read back: ${(error as Error).message}`);
          this.#data.delete(dep); // it has to come from elsewhere
          lost.push(dep);
        }
      }
      if (this.#loading.get(key) !== task) return;
    }
    this.#loading.delete(key);
    if (lost.length > 0) this.#handle({ type: 'lost-inputs', key, keys: lost });
    else this.#run(task, inputs);
  }

  #pause(isPaused: boolean): void {
    this.#note('warning', `${isPaused ? 'begins no more tasks' : 'begins tasks again'}: ${this.#memory.describe()}`);
    if (isPaused) this.#unpaused = deferred();
    else this.#unpaused.resolve();
    this.#handle({ type: 'pause', isPaused });
  }

  #receiveAnswers(answers: readonly Answer[]): void {
    this.#handle(...answers.map((answer) => this.#eventOf(answer)));
    this.#memory.stored(answers.reduce((sum, answer) => sum + ('nbytes' in answer ? answer.nbytes : 0), 0));
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
    if (!this.#isRemote || isSurelySendable(value)) return undefined;
    try {
      checkSendable(value);
      return undefined;
    } catch (error) {
      const { name, message } = error as Error;
      const hint = name === 'FrameError' ? '; return it in several results, or write it to a file' : '';
      return { name, message: `the result of ${key} cannot be sent: ${message}${hint}` };
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

const credentialsOf = ({ secret, security }: WorkerOptions): Credentials => ({
  secret,
  ...(security && { security: Security.from(security).for('worker') }),
});

/** Looked at no further: checking copies text, and a view of moderate size has no trouble. */
function isSurelySendable(value: unknown): boolean {
  if (typeof value === 'string') return value.length < 64 * 2 ** 20;
  return typeof value !== 'object' || (ArrayBuffer.isView(value) && value.byteLength < 2 ** 30);
}

const noInputs: readonly unknown[] = [];

/** Whether the task brings this input with it. */
const isCarried = ({ values }: Assignment, key: Key): boolean => values !== undefined && key in values;
