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
import { HEARTBEAT_MS } from '../scheduler/watch.js';
import { deferred } from '../util/deferred.js';
import { SheafError } from '../util/errors.js';
import { reportOf } from '../worker/error-report.js';
import type { WorkerEvent, WorkerInstruction } from '../worker/events.js';
import { sizeOfValue } from '../worker/sizeof.js';
import { WorkerState } from '../worker/state.js';
import type { Answer } from '../worker/thread-messages.js';
import { ThreadPool } from '../worker/threads.js';
import { type Credentials, type DataSource, Peers, servePeer } from './peers.js';
import { TaskInputs } from './task-inputs.js';
import { actorsOf, WorkerActors } from './worker-actors.js';
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
  #heart: NodeJS.Timeout;
  readonly #log: LogLine[] = [];
  readonly #plugins = new Map<string, Plugin>();
  readonly #files: WorkerFiles;
  readonly #where: string;
  #closing: Promise<void> | undefined;
  #isDismissed = false;

  readonly #inputs: TaskInputs;

  private constructor(options: WorkerOptions, scheduler: Comm, listener: Listener, memory: WorkerMemory) {
    this.#options = options;
    this.#where = `worker ${options.name} (${hostname()}, process ${process.pid})`;
    const credentials = credentialsOf(options);
    this.#memory = memory;
    this.#data = memory.store;
    this.#state = new WorkerState(options.nthreads, this.#data, memory.transferBytes, memory.runningBytes);
    this.#inputs = new TaskInputs(this.#data, {
      onReady: (task, inputs) => this.#run(task, inputs),
      onLost: ({ key }, keys) => this.#handle({ type: 'lost-inputs', key, keys }),
      onUnreadable: (key, error) => this.#note('error', `${key} cannot be read back: ${error.message}`),
    });
    this.#files = new WorkerFiles(options.memory?.localDirectory);
    const localDirectory = this.#files.path;
    const home = {
      worker: { name: options.name, address: listener.address, nthreads: options.nthreads, localDirectory },
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
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.#isRemote = !listener.address.startsWith('inproc:');
    this.#peers = new Peers(credentials);
    memory.watch({
      collectThreads: () => this.#threads.collect(),
      onDrop: (nbytes) => this.#threads.drop(nbytes),
      onPause: (isPaused) => this.#pause(isPaused),
      onDiskFailure: (text) => this.#note('warning', text),
    });
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then(() => this.close());
    this.#heart = this.#startHeart(HEARTBEAT_MS);
    this.#note('info', `joined ${options.scheduler} with ${options.nthreads} threads`);
  }

  /** Starts the threads, listens for peers and registers with the scheduler; nothing keeps the process alive unless `ref` is called. */
  static async start(options: WorkerOptions): Promise<WorkerServer> {
    const credentials = credentialsOf(options);
    const memory = workerMemory(options.memory, options.nthreads);
    const joined = deferred<WorkerServer>();
    const onComm = (comm: Comm) => void joined.promise.then((worker) => worker.#serve(comm));
    const listener = await listen(options.address, { ...credentials, onComm });
    listener.unref();
    const scheduler = await connect(options.scheduler, credentials).catch(async (error) => {
      await Promise.all([listener.close(), memory.close()]);
      throw error;
    });
    scheduler.unref();
    const worker = new WorkerServer(options, scheduler, listener, memory);
    joined.resolve(worker);
    const { name, nthreads, resources } = options;
    const memoryLimit = options.memory?.limitBytes;
    const place = { host: hostname(), pid: process.pid };
    scheduler.send({
      op: 'register-worker',
      name,
      nthreads,
      address: listener.address,
      ...place,
      ...(resources && { resources }),
      ...(memoryLimit !== undefined && { memoryLimit }),
    });
    return worker;
  }

  #serve(comm: Comm): void {
    const lend: DataSource['lend'] = (key, use) => this.#inputs.lend(key, use);
    const store = this.#data;
    const source: DataSource = {
      has: (key) => store.has(key),
      inMemory: (key) => store.inMemory(key),
      nbytes: (key) => store.nbytes(key),
      get: (key) => store.get(key),
      lend,
    };
    servePeer(comm, source, {
      'put-data': (message) => this.#put(message),
      'call-actor': (message) => this.#actors.call(message),
    });
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
    else if (message.op === 'heartbeat-interval') this.#beatEvery(Number(message.ms));
    else if (message.op === 'stop') {
      this.#isDismissed = !message.mayReturn;
      this.#scheduler.close();
    } else if (message.op === 'peer-gone') this.#peers.drop(String(message.address));
    else if (message.op === 'drop-code') {
      this.#threads.dropCode(message.names as string[]);
      this.#actors.dropCode(message.names as string[]);
    } else {
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
      this.#note('error', error instanceof SheafError ? error.message : `${method}: ${(error as Error)?.message}`);
      this.#scheduler.send({ op: 'answer', id, error: { ...reportOf(error), worker: this.#where } });
    }
  }

  get #context(): WorkerContext {
    const { name, nthreads } = this.#options;
    return {
      ...{ name, nthreads, address: this.#listener.address, localDirectory: this.#files.path },
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

  #startHeart(ms: number): NodeJS.Timeout {
    return setInterval(() => this.#beat(), ms).unref();
  }

  #beatEvery(ms: number): void {
    clearInterval(this.#heart);
    if (!this.#closing) this.#heart = this.#startHeart(ms);
  }

  #beat(): void {
    const { memoryBytes: managed, spilledBytes: spilled } = this.#data;
    const { freed } = this.#state;
    this.#scheduler.send({ op: 'heartbeat', rss: process.memoryUsage.rss(), managed, spilled, freed });
  }

  #note(level: LogLine[1], text: string): void {
    if (this.#log.length === LOG_LINES) this.#log.shift();
    this.#log.push([Math.round(performance.timeOrigin + performance.now()), level, text]);
  }

  #handle(...events: readonly WorkerEvent[]): void {
    for (const event of events) if (event.type === 'executed' || event.type === 'failed') this.#inputs.end(event.key); // of actors too
    for (const instruction of this.#state.handle(...events)) {
      (this.#carriers[instruction.type] as (instruction: WorkerInstruction) => void)(instruction);
    }
  }

  readonly #carriers: {
    readonly [K in WorkerInstruction['type']]: (instruction: Extract<WorkerInstruction, { type: K }>) => void;
  } = {
    report: ({ message }) => this.#scheduler.send(message as unknown as Message),

    execute: ({ task, resultBytes }) => this.#inputs.bring(task, resultBytes),

    revoke: ({ keys, stay = false }) => {
      const revoked = keys.filter((key) => this.#inputs.cancel(key) || this.#threads.revoke(key));
      for (const key of revoked) this.#inputs.end(key);
      if (revoked.length > 0) this.#handle({ type: 'revoked', keys: revoked, stay });
    },

    abort: ({ key }) => {
      if (!this.#inputs.cancel(key) && !this.#threads.abort(key)) return;
      this.#inputs.end(key);
      this.#handle({ type: 'revoked', keys: [key] });
    },

    fetch: async ({ from, keys, nbytes }) => {
      await this.#data.makeRoom(nbytes);
      const event = await this.#fetch(from, keys);
      this.#data.giveBack(nbytes);
      this.#handle(event);
      this.#memory.stored(nbytes);
    },
  };

  #run(task: Assignment, inputs: readonly unknown[]): void {
    if (task.actor) {
      this.#actors.make(task, inputs);
      return;
    }
    const { key, op, params, timeoutMs } = task;
    const options = { ...actorsOf(task), ...(timeoutMs !== undefined && { timeoutMs }) };
    this.#threads.run({ key, op, params, inputs, code: codeOf(task), ...options });
  }

  #pause(isPaused: boolean): void {
    this.#note('warning', `${isPaused ? 'begins no more tasks' : 'begins tasks again'}: ${this.#memory.describe()}`);
    this.#inputs.isPaused = isPaused;
    this.#scheduler.send({ op: 'worker-status', status: isPaused ? 'paused' : 'running' });
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
    const level = error.name === 'CancelledError' ? 'info' : 'error';
    this.#note(level, `task ${key} failed: ${error.name}: ${error.message}`);
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
