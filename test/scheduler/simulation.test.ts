/**
 * The real scheduler and real workers' states on a simulated network, from one seed each. Channels between two parties
 * keep their order and nothing else is in order; workers die, some to come back under their names, fetches fail, tasks
 * fail (some only now and then), and two clients submit, release and submit again. The scheduler checks its invariants
 * after every event. When the world calms down every wanted key has its value or its error, and no worker holds a result
 * that the scheduler does not know of.
 */
import { expect, test } from 'vitest';
import type { Task } from '../../src/graph/task.js';
import type { Assignment, Holder, Instruction, SchedulerEvent, ToClient } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import type { WorkerEvent } from '../../src/worker/events.js';
import { WorkerState } from '../../src/worker/state.js';

/** A small deterministic generator (mulberry32), independent of the library. */
function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface SimulatedWorker {
  readonly name: string;
  readonly address: string;
  readonly state: WorkerState;
  readonly data: Map<string, unknown>;
  readonly running: { readonly key: string; readonly inputs: readonly unknown[] }[];
}

type Outcome = 'pending' | 'erred' | { readonly value: unknown };

interface SimulatedClient {
  readonly name: string;
  readonly wants: Map<string, { outcome: Outcome }>;
}

/** What the result of a task is: a number made of its name and its inputs. */
const compute = (key: string, inputs: readonly unknown[]): number =>
  inputs.reduce<number>((hash, input) => (Math.imul(hash, 31) + (input as number)) | 0, Number(key.slice(1)) + 1);

const inputsOf = ({ data }: SimulatedWorker, { deps = [], values = {} }: Assignment): unknown[] =>
  deps.map((dep) => (dep in values ? values[dep] : data.get(dep)));

const retainBytes = 30_000;

class World {
  readonly random: () => number;
  readonly tasks: Task[] = [];
  readonly failing = new Set<string>();
  /** Fail when they run again, now and then. */
  readonly flaky = new Set<string>();
  readonly scheduler: Scheduler;
  readonly workers = new Map<string, SimulatedWorker>();
  readonly clients: SimulatedClient[] = [];
  readonly channels = new Map<string, (() => void)[]>();
  events = 0;
  joined = 0;
  isCalm = false;

  constructor(seed: number) {
    this.random = generator(seed);
    const count = 5 + Math.floor(this.random() * 40);
    for (let i = 0; i < count; i++) {
      const deps = new Set<string>();
      for (let k = Math.floor(this.random() * 4); k > 0 && i > 0; k--) deps.add(`t${Math.floor(this.random() * i)}`);
      const key = `t${i}`;
      this.tasks.push({ key, op: `op${i % 3}`, params: null, deps: [...deps], retain: this.chance(0.3) });
      if (this.chance(0.03)) this.failing.add(key);
      if (this.chance(0.05)) this.flaky.add(key);
    }
    this.scheduler = new Scheduler({ validate: true, retainBytes, allowedFailures: seed % 4 === 0 ? 2 : 1000 });
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

  post(channel: string, deliver: () => void): void {
    const queue = this.channels.get(channel);
    if (queue) queue.push(deliver);
    else this.channels.set(channel, [deliver]);
  }

  // The scheduler's end.

  tell(event: SchedulerEvent): void {
    this.events++;
    for (const instruction of this.scheduler.handle(event)) this.send(instruction);
  }

  send({ to, name, message }: Instruction): void {
    if (to === 'client') {
      const client = this.clients.find((one) => one.name === name);
      if (client) this.post(`s>${name}`, () => this.hear(client, message as ToClient));
      return;
    }
    const worker = this.workerCalled(name);
    if (!worker) return;
    if (message.op === 'peer-gone' || message.op === 'stop') return;
    const { op, ...fields } = message;
    const event = { ...fields, type: op } as unknown as WorkerEvent;
    this.post(`s>${worker.address}`, () => this.handle(worker, event));
  }

  // Workers.

  workerCalled(name: string): SimulatedWorker | undefined {
    return [...this.workers.values()].find((worker) => worker.name === name);
  }

  join(): void {
    const name = `w${this.joined % 7}`;
    if (this.scheduler.state.workers.has(name)) return;
    const nthreads = 1 + Math.floor(this.random() * 2);
    const address = `sim://${name}#${this.joined++}`;
    const data = new Map<string, unknown>();
    this.workers.set(address, { name, address, state: new WorkerState(nthreads, data), data, running: [] });
    this.tell({ type: 'add-worker', now: this.events, worker: name, address, nthreads });
  }

  /** Some of what it sent last is lost; the scheduler hears of the end after the rest. */
  die({ name, address }: SimulatedWorker): void {
    this.workers.delete(address);
    const sent = this.channels.get(`${address}>s`) ?? [];
    sent.length = Math.floor(this.random() * (sent.length + 1));
    this.post(`${address}>s`, () =>
      this.tell({ type: 'remove-worker', now: this.events, worker: name, reason: 'simulated' }),
    );
  }

  handle(worker: SimulatedWorker, event: WorkerEvent): void {
    if (this.workers.get(worker.address) !== worker) return;
    for (const instruction of worker.state.handle(event)) {
      if (instruction.type === 'execute')
        worker.running.push({ key: instruction.task.key, inputs: inputsOf(worker, instruction.task) });
      else if (instruction.type === 'abort' || instruction.type === 'revoke') continue;
      else if (instruction.type === 'fetch') this.fetch(worker, instruction);
      else {
        const { op, ...fields } = instruction.message;
        const report = { ...fields, type: op, worker: worker.name, reporter: worker.name };
        this.post(`${worker.address}>s`, () => this.tell({ ...report, now: this.events } as unknown as SchedulerEvent));
      }
    }
  }

  fetch(worker: SimulatedWorker, { from, keys }: { from: Holder; keys: readonly string[] }): void {
    this.post(`${worker.address}>${from.address}`, () => {
      const store = this.read(from);
      const values = new Map(keys.filter((key) => store?.has(key)).map((key) => [key, store!.get(key)]));
      const event: WorkerEvent = store ? { type: 'fetched', from, keys, values } : { type: 'fetch-failed', from, keys };
      this.post(`${from.address}>${worker.address}`, () => this.handle(worker, event));
    });
  }

  read({ address }: Holder): ReadonlyMap<string, unknown> | undefined {
    return this.isCalm || this.chance(0.95) ? this.workers.get(address)?.data : undefined;
  }

  finishOne(worker: SimulatedWorker): void {
    const [{ key, inputs }] = worker.running.splice(Math.floor(this.random() * worker.running.length), 1) as [
      SimulatedWorker['running'][number],
    ];
    if (this.failing.has(key) || (this.flaky.has(key) && this.chance(0.5))) {
      this.handle(worker, { type: 'failed', key, error: { name: 'Error', message: `${key} failed` } });
    } else {
      const nbytes = this.chance(0.3) ? 100 : 10_000;
      this.handle(worker, { type: 'executed', key, value: compute(key, inputs), nbytes, ms: this.random() * 10 });
    }
  }

  // Clients, which do what client/client.ts does.

  addClient(): void {
    const client = { name: `c${this.events}`, wants: new Map() };
    this.clients.push(client);
    this.tell({ type: 'add-client', now: this.events, client: client.name });
  }

  submit(client: SimulatedClient): void {
    const keys = this.tasks.filter(({ key }) => !client.wants.has(key) && this.chance(0.2)).map(({ key }) => key);
    for (const key of keys) client.wants.set(key, { outcome: 'pending' });
    const graph = { layers: [{ kind: 'tasks', tasks: this.tasks } as const] };
    this.post(`${client.name}>s`, () =>
      this.tell({ type: 'update-graph', now: this.events, client: client.name, graph, keys }),
    );
  }

  release(client: SimulatedClient, keys: readonly string[]): void {
    for (const key of keys) client.wants.delete(key);
    this.post(`${client.name}>s`, () =>
      this.tell({ type: 'release-keys', now: this.events, client: client.name, keys }),
    );
  }

  leave(client: SimulatedClient): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    this.post(`${client.name}>s`, () => this.tell({ type: 'remove-client', now: this.events, client: client.name }));
    this.addClient();
  }

  hear(client: SimulatedClient, message: ToClient): void {
    if (message.op === 'small-results') {
      message.keys.forEach((key, i) => {
        const entry = client.wants.get(key);
        if (entry?.outcome === 'pending') entry.outcome = { value: message.values[i] };
      });
      return;
    }
    if (message.op !== 'erred' && message.op !== 'in-memory') return;
    const entry = client.wants.get(message.key);
    if (entry?.outcome !== 'pending') return;
    if (message.op === 'erred') entry.outcome = 'erred';
    else {
      const { key, holders } = message;
      const from = holders[0]!;
      this.post(`${client.name}>${from.address}`, () => {
        if (client.wants.get(key) !== entry || entry.outcome !== 'pending') return;
        const store = this.read(from);
        if (store?.has(key)) {
          entry.outcome = { value: store.get(key) };
          return;
        }
        const report = { from: from.worker, keys: [key], reporter: client.name, tasks: [] };
        this.post(`${client.name}>s`, () => this.tell({ type: 'missing-data', now: this.events, ...report }));
      });
    }
  }

  // Time.

  /** One thing that was going to happen happens; tells whether there was one. */
  step(): boolean {
    const busy = [...this.workers.values()].filter(({ running }) => running.length > 0);
    const queues = [...this.channels].filter(([, queue]) => queue.length > 0);
    if (busy.length > 0 && (queues.length === 0 || this.chance(0.3))) this.finishOne(this.pick(busy));
    else if (queues.length > 0) {
      const [channel, queue] = this.pick(queues);
      queue.shift()!();
      if (queue.length === 0) this.channels.delete(channel);
    } else return false;
    return true;
  }

  trouble(): void {
    const client = this.pick(this.clients);
    const worker = this.pick([...this.workers.values()]);
    const what = this.random();
    if (what < 0.35) this.submit(client);
    else if (what < 0.65)
      this.release(
        client,
        [...client.wants.keys()].filter(() => this.chance(0.5)),
      );
    else if (what < 0.68) this.leave(client);
    else if (what < 0.85 && this.workers.size < 5) this.join();
    else if (worker) this.die(worker);
  }

  calmDown(): void {
    this.isCalm = true;
    while (this.workers.size === 0 || this.scheduler.state.workers.size === 0) if (!this.step()) this.join();
    for (let steps = 0; this.step(); steps++) expect(steps, 'steps without an end').toBeLessThan(20_000);
  }
}

function live(seed: number): number {
  const world = new World(seed);
  for (const client of world.clients) world.submit(client);
  for (let turn = 0; turn < 250; turn++)
    if (world.chance(0.1)) world.trouble();
    else world.step();
  world.calmDown();

  const truth = new Map<string, number>();
  const doomed = new Set<string>();
  const mayFail = new Set<string>();
  for (const { key, deps } of world.tasks) {
    truth.set(
      key,
      compute(
        key,
        deps.map((dep) => truth.get(dep)),
      ),
    );
    if (world.failing.has(key) || deps.some((dep) => doomed.has(dep))) doomed.add(key);
    if (world.flaky.has(key) || deps.some((dep) => mayFail.has(dep)) || seed % 4 === 0) mayFail.add(key);
  }
  for (const { name, wants } of world.clients) {
    for (const [key, { outcome }] of wants) {
      const allowed: unknown[] = doomed.has(key) ? [] : [{ value: truth.get(key) }];
      if (doomed.has(key) || mayFail.has(key)) allowed.push('erred');
      expect(allowed, `${key} of ${name}`).toContainEqual(outcome);
    }
  }

  for (const client of world.clients) world.release(client, [...client.wants.keys()]);
  world.calmDown();
  const { state } = world.scheduler;
  for (const task of state.tasks.values()) {
    expect(['memory', 'released']).toContain(task.state);
    expect(task.state === 'memory').toBe(state.retained.has(task));
  }
  expect(state.retainedBytes).toBeLessThanOrEqual(retainBytes);
  for (const worker of world.workers.values()) {
    const known = [...state.workers.get(worker.name)!.has].map(({ key }) => key);
    expect([...worker.data.keys()].sort(), `store of ${worker.name}`).toEqual(known.sort());
  }
  return world.events;
}

test('whatever is lost or late, every wanted key has its value or error at last, and nothing is held for nobody', () => {
  let events = 0;
  for (let seed = 1; seed <= 300; seed++) {
    try {
      events += live(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  expect(events).toBeGreaterThan(10_000);
});
