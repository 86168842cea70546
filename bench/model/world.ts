/**
 * The scheduler's own code with workers' own states on nodes of a modelled network, in virtual time. Its process does one
 * thing at a time: each frame costs what such frames were measured to cost. Scheduler and client are on the first node.
 */
import type { Graph } from '../../src/graph/graph.js';
import type { Key } from '../../src/graph/task.js';
import type { Assignment, Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { heartbeatMs, TICK_MS } from '../../src/scheduler/watch.js';
import { invariant } from '../../src/util/errors.js';
import type { WorkerEvent } from '../../src/worker/events.js';
import { Clock } from './clock.js';
import { type Costs, itemsOf, type Stopwatch } from './costs.js';
import { Network } from './network.js';
import { Server } from './server.js';
import { ModelWorker, type Ran } from './worker.js';

/** A silent worker is given up after so many ms, in a cluster for which nobody says another. */
const TTL_MS = 60_000;
/** Heartbeats of so many ms are one thing to do. */
const BEATS_MS = 10;
/** Of a question to a peer, and around the answer. */
const FETCH_BYTES = 300;
const CLIENT = 'client';
/** A day of the model. */
const LONGEST_MS = 86_400_000;

export interface Submission {
  readonly graph: Graph;
  readonly keys?: readonly Key[];
  readonly tasks: number;
}

export interface Workload {
  /** The client's messages, in order. */
  readonly submissions: readonly Submission[];
  /** How many results the client waits for. */
  readonly wanted: number;
  run(task: Assignment): Ran;
}

export interface WorldOptions {
  readonly nodes: number;
  readonly workersPerNode: number;
  readonly costs: Costs;
  readonly workload: Workload;
  /** Bytes of messages that share a frame. */
  bytesOf(messages: readonly object[]): number;
  /** Times the scheduler's code as it runs. */
  readonly stopwatch?: Stopwatch;
}

export interface Outcome {
  /** From the start of the ranks until all workers are there. */
  readonly startupMs: number;
  /** From the first submission, when all workers are there, to the last result. */
  readonly makespanMs: number;
  /** The share of that time in which the scheduler was busy. */
  readonly utilisation: number;
  /** What all tasks took together. */
  readonly taskMs: number;
  readonly networkBytes: number;
  /** How long the busiest link carried something. */
  readonly linkMs: number;
  /** What the scheduler's process was busy with from the first submission on, by event, and `frames`. */
  readonly busyMs: Readonly<Record<string, number>>;
}

export const simulate = (options: WorldOptions): Outcome => new World(options).run();

type Untimed = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

class World {
  readonly #options: WorldOptions;
  readonly #clock = new Clock();
  readonly #network: Network;
  readonly #scheduler = new Scheduler({ workerTtlMs: Number.POSITIVE_INFINITY }); // not all heartbeats are told one by one
  readonly #server = new Server(this.#clock);
  readonly #client = new Server(this.#clock);
  readonly #workers = new Map<string, ModelWorker>();
  readonly #busyMs = new Map<string, number>();
  #startedAt: number | undefined;
  #busyAtStart = 0;
  #results = 0;
  #beats = 0;
  #taskMs = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#network = new Network(this.#clock, options.nodes, options.costs);
  }

  run(): Outcome {
    this.#schedule([{ type: 'add-client', client: CLIENT }], 0);
    for (let node = 0; node < this.#options.nodes; node++)
      for (let i = 0; i < this.#options.workersPerNode; i++) this.#boot(node, `w${node}-${i}`);
    this.#clock.every(TICK_MS, TICK_MS, () => {
      invariant(this.#clock.now < LONGEST_MS, 'the model does not come to an end');
      this.#schedule([{ type: 'tick' }], 0);
    });
    this.#clock.every(BEATS_MS, BEATS_MS, () => this.#beat());
    this.#clock.run();
    const startupMs = this.#startedAt!;
    const makespanMs = this.#clock.now - startupMs;
    return {
      ...{ startupMs, makespanMs, taskMs: this.#taskMs },
      ...{
        networkBytes: this.#network.bytes,
        linkMs: this.#network.busiestMs,
        busyMs: Object.fromEntries(this.#busyMs),
      },
      utilisation: (this.#server.busyMs - this.#busyAtStart) / makespanMs,
    };
  }

  /** A rank's supervisor connects, and then the worker in its child process, which registers. */
  #boot(node: number, name: string): void {
    const { bootMs, connectMs } = this.#options.costs;
    const connect = () => this.#network.send(node, 0, FETCH_BYTES, () => this.#server.take(handshake));
    const handshake = () => ({ ms: connectMs, done: () => {} });
    this.#clock.at(bootMs, connect);
    this.#clock.at(2 * bootMs, () => {
      connect();
      const event = { type: 'add-worker', worker: name, address: `tcp://10.0.${node}.1:${name}`, nthreads: 1 } as const;
      this.#workers.set(name, new ModelWorker(name, node, this.#around));
      this.#toScheduler(node, [event]);
    });
  }

  /** Workers beat at times of their own, so the scheduler hears of a few all the time; one of each few is handled. */
  #beat(): void {
    const { costs, bytesOf } = this.#options;
    const workers = [...this.#workers.keys()];
    if (workers.length === 0) return;
    const worker = workers[this.#beats++ % workers.length]!;
    const event = { type: 'heartbeat', worker, freed: 0 } as const;
    const bytes = bytesOf([event]);
    this.#server.take(() => {
      const { ms } = this.#handle({ ...event, now: this.#clock.now });
      const each = ms + costs.frameMs + bytes * costs.byteMs;
      const all = (each * workers.length * BEATS_MS) / heartbeatMs(workers.length, TTL_MS);
      this.#note('heartbeat', all);
      return { ms: all, done: () => {} };
    });
  }

  #toScheduler(node: number, events: readonly Untimed[]): void {
    const bytes = this.#options.bytesOf(events);
    this.#network.send(node, 0, bytes, () => this.#schedule(events, bytes));
  }

  /** A frame of events is handled when it is its turn, and what comes of it leaves when that is done. */
  #schedule(untimed: readonly Untimed[], bytes: number): void {
    this.#server.take(() => {
      let framesMs = bytes > 0 ? this.#frameMs(bytes) : 0;
      let handleMs = 0;
      const due: Instruction[] = [];
      for (const event of untimed) {
        const handled = this.#handle({ ...event, now: this.#clock.now } as SchedulerEvent);
        handleMs += handled.ms;
        this.#note(event.type, handled.ms);
        due.push(...handled.instructions);
      }
      const frames = this.#framesOf(due);
      for (const frame of frames) framesMs += this.#frameMs(frame.bytes);
      this.#note('frames', framesMs);
      return { ms: handleMs + framesMs, done: () => this.#sendAll(frames) };
    });
  }

  #handle(event: SchedulerEvent): { readonly ms: number; readonly instructions: readonly Instruction[] } {
    const { costs, workload, stopwatch } = this.#options;
    const tasks =
      event.type === 'update-graph' ? workload.submissions.find(({ graph }) => graph === event.graph)!.tasks : 0;
    const items = itemsOf(event, this.#scheduler.state.workers.size, tasks);
    const handle = () => this.#scheduler.handle(event);
    const instructions = stopwatch ? stopwatch.time(event.type, items, handle) : handle();
    return { ms: items * (costs.handleMs[event.type] ?? 0), instructions };
  }

  #note(what: string, ms: number): void {
    if (this.#startedAt !== undefined) this.#busyMs.set(what, (this.#busyMs.get(what) ?? 0) + ms);
  }

  #framesOf(instructions: readonly Instruction[]): readonly Frame[] {
    const byName = new Map<string, object[]>();
    for (const { to, name, message } of instructions) {
      if (to === 'topic') continue;
      const messages = byName.get(name);
      if (messages) messages.push(message);
      else byName.set(name, [message]);
    }
    return Array.from(byName, ([name, messages]) => ({ name, messages, bytes: this.#options.bytesOf(messages) }));
  }

  #sendAll(frames: readonly Frame[]): void {
    for (const { name, messages, bytes } of frames) {
      const worker = this.#workers.get(name);
      this.#network.send(0, worker?.node ?? 0, bytes, () => {
        if (worker) worker.handle(...messages.map(eventOf));
        else this.#hear(messages as readonly Heard[], bytes);
      });
    }
    if (this.#startedAt === undefined && this.#scheduler.state.workers.size === this.#wantedWorkers) this.#begin();
  }

  get #wantedWorkers(): number {
    return this.#options.nodes * this.#options.workersPerNode;
  }

  #begin(): void {
    this.#startedAt = this.#clock.now;
    this.#busyAtStart = this.#server.busyMs;
    for (const { graph, keys } of this.#options.workload.submissions)
      this.#client.take(() => {
        const event: Untimed = { type: 'update-graph', client: CLIENT, graph, ...(keys && { keys }) };
        const bytes = this.#options.bytesOf([event]);
        const send = () => this.#network.send(0, 0, bytes, () => this.#schedule([event], bytes));
        return { ms: this.#frameMs(bytes), done: send };
      });
  }

  #hear(messages: readonly Heard[], bytes: number): void {
    this.#client.take(() => ({
      ms: this.#frameMs(bytes),
      done: () => {
        for (const { op, keys } of messages)
          if (op === 'small-results') this.#results += keys!.length;
          else if (op === 'in-memory') this.#results++;
        if (this.#results >= this.#options.workload.wanted) this.#clock.stop();
      },
    }));
  }

  #frameMs(bytes: number): number {
    return this.#options.costs.frameMs + bytes * this.#options.costs.byteMs;
  }

  readonly #around = ((world: World) => ({
    clock: world.#clock,
    get workerMs() {
      return world.#options.costs.workerMs;
    },
    run(task: Assignment): Ran {
      const ran = world.#options.workload.run(task);
      world.#taskMs += ran.ms;
      return ran;
    },
    report(worker: ModelWorker, reports: readonly object[]) {
      const events = reports.map((report) => ({ ...eventOf(report), worker: worker.name, reporter: worker.name }));
      world.#toScheduler(worker.node, events as unknown as readonly Untimed[]);
    },
    fetch(worker: ModelWorker, from: { worker: string; address: string }, keys: readonly Key[], nbytes: number) {
      const holder = world.#workers.get(from.worker)!;
      world.#network.send(worker.node, holder.node, FETCH_BYTES, () => {
        const values = new Map(keys.filter((key) => holder.data.has(key)).map((key) => [key, true]));
        const arrive = () => worker.handle({ type: 'fetched', from, keys, values });
        world.#network.send(holder.node, worker.node, nbytes + FETCH_BYTES, arrive);
      });
    },
  }))(this);
}

interface Frame {
  readonly name: string;
  readonly messages: readonly object[];
  readonly bytes: number;
}

interface Heard {
  readonly op: string;
  readonly keys?: readonly Key[];
}

/** A message is an event as it is, but for the name of its kind. */
const eventOf = (message: object): WorkerEvent => {
  const { op, ...fields } = message as { op: string };
  return { ...fields, type: op } as unknown as WorkerEvent;
};
