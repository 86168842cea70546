/**
 * The real scheduler and real workers' states on a simulated network, with a clock that is told the time. What happens
 * is up to `random`, which {@link file://./life.ts} sets anew for every turn.
 */
import type { Graph } from '../../src/graph/graph.js';
import type { Key } from '../../src/graph/task.js';
import { insteadOf } from '../../src/scheduler/code.js';
import type { Holder, Instruction, SchedulerEvent, ToClient } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { whyNotDone } from '../../src/scheduler/why.js';
import type { WorkerEvent, WorkerInstruction } from '../../src/worker/events.js';
import { checkActors } from './actors.js';
import { hear, makeClient, type SimulatedClient } from './client.js';
import { Network, textOf } from './network.js';
import { generator } from './random.js';
import { makeWork, special, type Work } from './tasks.js';
import { SimulatedWorker } from './worker.js';

export const retainBytes = 30_000;
const NAMES = 7;
export const TTL_MS = 20_000;

export type Untimed = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

export class World {
  random: () => number;
  readonly work: Work;
  readonly scheduler: Scheduler;
  readonly network = new Network();
  /** Those that live, by address. */
  readonly workers = new Map<string, SimulatedWorker>();
  /** Those that the scheduler has a connection with, by name. */
  readonly connected = new Map<string, SimulatedWorker>();
  readonly clients: SimulatedClient[] = [];
  /** What may have been cancelled. */
  readonly cancelled = new Set<Key>();
  /** What a user tried again. */
  readonly retried = new Set<Key>();
  /** What a worker said that it had, and had no more. */
  readonly falsified = new Set<Key>();
  /** What clients put on workers and did not live to tell of. */
  readonly orphaned = new Set<Key>();
  /** What was submitted without its inputs. */
  readonly alone = new Set<Key>();
  /** Events that came together, and are handled together. */
  #inbox: SchedulerEvent[] = [];
  readonly #transferBytes: number;
  events = 0;
  joined = 0;
  now = 0;
  isCalm = false;

  constructor(seed: number) {
    this.random = generator(seed);
    this.work = makeWork(() => this.random());
    this.#transferBytes = this.chance(0.5) ? 15_000 : 2 ** 30;
    this.scheduler = new Scheduler({
      ...{ validate: true, retainBytes, workerTtlMs: TTL_MS },
      allowedFailures: seed % 4 === 0 ? 2 : 1000,
    });
    this.addClient();
    this.addClient();
    this.join();
  }

  chance(p: number): boolean {
    return this.random() < p;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  // The scheduler's end: what cluster/scheduler-server.ts does.

  tell(event: Untimed): void {
    this.events++;
    this.#inbox.push({ ...event, now: this.now } as SchedulerEvent);
    if (this.isCalm || this.chance(0.7)) this.flush();
  }

  flush(): void {
    while (this.#inbox.length > 0) {
      const events = this.#inbox;
      this.#inbox = [];
      for (const instruction of this.scheduler.handleAll(events)) this.#deliver(instruction);
    }
  }

  #deliver(instruction: Instruction): void {
    checkActors(this, instruction);
    const { to, name, message } = instruction;
    if (to === 'client') {
      const client = this.clients.find((one) => one.name === name);
      if (client) this.network.post(`s>${name}`, message, () => this.#hear(client, message as ToClient));
      return;
    }
    const worker = this.connected.get(name);
    if (message.op === 'peer-gone' || !worker) return;
    if (message.op === 'stop') {
      this.network.post(`s>${worker.address}`, message, () => this.workers.delete(worker.address));
      this.disconnect(worker, message.reason);
      return;
    }
    if (message.op === 'drop-code') {
      const drop = () => {
        for (const hash of message.names) worker.code.delete(hash);
      };
      this.network.post(`s>${worker.address}`, message, drop);
      return;
    }
    const { op, code, ...fields } = message as { op: string; code?: Record<string, unknown> };
    this.network.post(`s>${worker.address}`, message, () => {
      for (const hash in code) {
        // Other stand-ins may take the place of those that it has.
        if (worker.code.has(hash) && !hash.startsWith(insteadOf('')))
          throw new Error(`${name} was sent the code ${hash} twice`);
        worker.code.add(hash);
      }
      this.handle(worker, { ...fields, type: op } as unknown as WorkerEvent);
    });
  }

  /** The scheduler hears nothing more of a worker. */
  disconnect(worker: SimulatedWorker, reason: string): void {
    this.network.cut(`${worker.address}>s`);
    if (this.connected.get(worker.name) !== worker) return;
    this.connected.delete(worker.name);
    this.events++;
    this.#inbox.push({ type: 'remove-worker', now: this.now, worker: worker.name, reason });
  }

  // Workers.

  join(name = `w${Math.floor(this.random() * NAMES)}`): string {
    if (this.connected.has(name)) return `${name} is there`;
    const nthreads = 1 + Math.floor(this.random() * 2);
    const address = `sim://${name}#${this.joined++}`;
    const worker = new SimulatedWorker(name, address, nthreads, this.#around, this.#transferBytes);
    this.workers.set(address, worker);
    this.connected.set(name, worker);
    const resources = special.includes(name) ? { GPU: 1 } : {};
    this.tell({ type: 'add-worker', worker: name, address, nthreads, resources });
    return `${name} joins with ${nthreads} threads`;
  }

  readonly #around = ((world: World) => ({
    random: () => world.random(),
    get work() {
      return world.work;
    },
    carry: (worker: SimulatedWorker, instruction: WorkerInstruction & { type: 'fetch' | 'report' }) => {
      if (instruction.type === 'fetch') {
        world.#fetch(worker, instruction);
        return;
      }
      const { op, ...fields } = instruction.message;
      world.report(worker, { ...fields, type: op, worker: worker.name, reporter: worker.name } as unknown as Untimed);
    },
  }))(this);

  report(worker: SimulatedWorker, event: Untimed): void {
    this.network.post(`${worker.address}>s`, event, () => {
      if (this.connected.get(worker.name) === worker) this.tell(event);
    });
  }

  /** Some of what it sent last is lost; the scheduler hears of the end after the rest. */
  die(worker: SimulatedWorker): void {
    const { address } = worker;
    this.workers.delete(address);
    const sent = this.network.channels.get(`${address}>s`) ?? [];
    this.network.cut(`${address}>s`, Math.floor(this.random() * (sent.length + 1)));
    this.network.post(`${address}>s`, 'end', () => {
      this.disconnect(worker, 'simulated');
      if (this.isCalm || this.chance(0.7)) this.flush();
    });
  }

  handle(worker: SimulatedWorker, event: WorkerEvent): void {
    if (this.workers.get(worker.address) === worker) worker.handle(event);
  }

  #fetch(worker: SimulatedWorker, { from, keys }: { from: Holder; keys: readonly Key[] }): void {
    this.network.post(`${worker.address}>${from.address}`, { fetch: keys }, () => {
      const store = this.#read(from);
      const values = new Map(keys.filter((key) => store?.has(key)).map((key) => [key, store!.get(key)]));
      const event: WorkerEvent = store ? { type: 'fetched', from, keys, values } : { type: 'fetch-failed', from, keys };
      const text = { type: event.type, keys: [...values.keys()] };
      this.network.post(`${from.address}>${worker.address}`, text, () => this.handle(worker, event));
    });
  }

  #read({ address }: Holder): ReadonlyMap<Key, unknown> | undefined {
    return this.isCalm || this.chance(0.95) ? this.workers.get(address)?.data : undefined;
  }

  // Clients.

  addClient(): SimulatedClient {
    const client = makeClient(`c${this.events}`);
    this.clients.push(client);
    this.tell({ type: 'add-client', client: client.name });
    return client;
  }

  /** Sends an event for a client, when what is held before it has gone. */
  send(client: SimulatedClient, event: Untimed): void {
    const send = () => this.network.post(`${client.name}>s`, event, () => this.tell(event));
    if (client.isHeld) client.outbox.push(send);
    else send();
  }

  submit(client: SimulatedClient, keys: readonly Key[], graph: Graph, isWhole = false): void {
    for (const key of keys) client.wants.set(key, { outcome: 'pending' });
    this.send(client, {
      ...{ type: 'update-graph', client: client.name, graph },
      ...(!isWhole && { keys }),
    });
  }

  release(client: SimulatedClient, keys: readonly Key[]): void {
    for (const key of keys) {
      client.wants.delete(key);
      client.released.add(key);
    }
    this.send(client, { type: 'release-keys', client: client.name, keys });
  }

  /** Gives the one that comes in its place. */
  leave(client: SimulatedClient): SimulatedClient {
    this.clients.splice(this.clients.indexOf(client), 1);
    this.network.post(`${client.name}>s`, 'end', () => this.tell({ type: 'remove-client', client: client.name }));
    return this.addClient();
  }

  #hear(client: SimulatedClient, message: ToClient): void {
    if (message.op === 'need-imports') {
      this.#answer(client, message);
      return;
    }
    hear(client, message, (key, from, entry) => {
      this.network.post(`${client.name}>${from.address}`, { read: key }, () => {
        if (client.wants.get(key) !== entry || entry.outcome !== 'pending') return;
        const store = this.#read(from);
        if (store?.has(key)) entry.outcome = { value: store.get(key) };
        else {
          const report = { from: from.worker, keys: [key], reporter: client.name, tasks: [] };
          this.send(client, { type: 'missing-data', ...report });
        }
      });
    });
  }

  #answer({ name: client, sent }: SimulatedClient, { code, keys }: ToClient & { op: 'need-imports' }): void {
    const answer = (event: Untimed) => this.network.post(`${client}>s`, event, () => this.tell(event));
    if (keys.includes('fixed')) {
      answer({ type: 'refuse-imports', client, code, reason: 'it is fixed' });
      return;
    }
    const all = this.chance(0.5) ? keys : ['module', 'own'];
    const standIns = `${client}:${all}`;
    const payload = sent.has(standIns) ? {} : { payload: all };
    sent.add(standIns);
    answer({ type: 'give-imports', client, code, standIns, keys: all, ...payload });
  }

  // Time.

  /** One thing that was going to happen happens; tells what, if there was one. */
  step(): string | undefined {
    this.now += this.random();
    const busy = [...this.workers.values()].filter((worker) => worker.isBusy && !worker.isSilent);
    const silent = new Set<string>();
    for (const { address, isSilent } of this.workers.values()) if (isSilent) silent.add(address);
    const channels = this.network.busy((name) => silent.size > 0 && name.split('>').some((end) => silent.has(end)));
    if (busy.length > 0 && (channels.length === 0 || this.chance(0.3))) return this.pick(busy).work();
    if (channels.length > 0) {
      const channel = this.pick(channels);
      const { text, deliver } = this.network.take(channel);
      deliver();
      return `${channel} ${this.isTold ? textOf(text) : ''}`;
    }
    if (this.#inbox.length === 0) return undefined;
    this.flush();
    return 'the scheduler handles what has come';
  }

  /** Whether somebody reads what happens. */
  isTold = false;

  /** Whatever is to be done, there are words for what it waits for. */
  #checkReasons(): void {
    const scheduler = this.scheduler.state;
    for (const { key, state } of scheduler.tasks.values()) {
      if (!['waiting', 'queued', 'processing'].includes(state)) continue;
      const reason = whyNotDone(scheduler, key);
      if (!reason || /undefined|NaN|, which $/.test(reason)) throw new Error(`${key} is ${state}, and it ${reason}`);
    }
  }

  /** Time passes; workers that can say that they live. */
  tick(ms: number): void {
    this.#checkReasons();
    this.#checkReasons();
    this.now += ms;
    for (const worker of this.connected.values())
      if (!worker.isSilent && this.workers.has(worker.address))
        this.report(worker, { type: 'heartbeat', worker: worker.name, freed: worker.state.freed });
    this.tell({ type: 'tick' });
  }
}
