/**
 * Random graphs on random workers that come, go, lose messages' order and fail tasks, from one seed each; the scheduler
 * checks its invariants after every event, and at the end every wanted result is right or its error is explained.
 */
import { expect, test } from 'vitest';
import type { Task } from '../../src/graph/task.js';
import type { Assignment, Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

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
  readonly has: Set<string>;
  readonly doing: Assignment[];
}

function simulate(seed: number): { events: number; outcomes: Map<string, string>; expected: Map<string, string> } {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const chance = (p: number) => random() < p;

  const tasks: Task[] = [];
  const failing = new Set<string>();
  for (let i = 0; i < 20 + Math.floor(random() * 80); i++) {
    const deps = new Set<string>();
    for (let k = Math.floor(random() * 4); k > 0 && i > 0; k--) deps.add(`t${Math.floor(random() * i)}`);
    tasks.push({ key: `t${i}`, op: `op${i % 3}`, params: null, deps: [...deps], retain: chance(0.3) });
    if (chance(0.03)) failing.add(`t${i}`);
  }
  const doomed = new Set<string>(failing);
  for (const task of tasks) if (task.deps.some((dep) => doomed.has(dep))) doomed.add(task.key);
  const wanted = tasks.filter(() => chance(0.4)).map((task) => task.key);
  const expected = new Map(wanted.map((key) => [key, doomed.has(key) ? 'erred' : 'memory']));

  const scheduler = new Scheduler({ validate: true, retainBytes: 300, allowedFailures: 1000 });
  const workers = new Map<string, SimulatedWorker>();
  const outcomes = new Map<string, string>();
  let events = 0;
  let deaths = 0;
  const pending: Instruction[] = [];
  const send = (event: SchedulerEvent) => {
    events++;
    pending.push(...scheduler.handle(event));
  };
  const now = () => events;
  const join = () => {
    const worker = `w${workers.size + deaths}`;
    workers.set(worker, { has: new Set(), doing: [] });
    send({
      type: 'add-worker',
      now: now(),
      worker,
      address: `sim://${worker}`,
      nthreads: 1 + Math.floor(random() * 2),
    });
  };
  const deliver = (instruction: Instruction) => {
    if (instruction.to === 'client') {
      outcomes.set(instruction.message.key, instruction.message.op === 'erred' ? 'erred' : 'memory');
      return;
    }
    const worker = workers.get(instruction.name);
    if (!worker) return;
    if (instruction.message.op === 'run') worker.doing.push(...instruction.message.tasks);
    else for (const key of instruction.message.keys) worker.has.delete(key);
  };
  const step = (name: string, worker: SimulatedWorker) => {
    const [task] = worker.doing.splice(Math.floor(random() * worker.doing.length), 1);
    if (!task) return;
    for (const dep of task.deps) {
      if (dep in task.values || worker.has.has(dep)) continue;
      const holder = task.holders[dep]!.find((one) => workers.get(one.worker)?.has.has(dep));
      if (holder) {
        worker.has.add(dep);
        send({ type: 'add-replicas', now: now(), worker: name, keys: [dep] });
      } else {
        for (const { worker: from } of task.holders[dep]!) {
          send({ type: 'missing-data', now: now(), from, keys: [dep], reporter: name, tasks: [task.key] });
        }
        return;
      }
    }
    if (failing.has(task.key)) {
      send({
        type: 'task-erred',
        now: now(),
        worker: name,
        key: task.key,
        error: { name: 'Error', message: `${task.key} failed` },
      });
      return;
    }
    worker.has.add(task.key);
    const small = chance(0.3) ? { value: { small: task.key } } : {};
    send({ type: 'task-done', now: now(), worker: name, key: task.key, nbytes: 100, ms: random() * 10, ...small });
  };

  send({ type: 'add-client', now: now(), client: 'c' });
  join();
  send({ type: 'update-graph', now: now(), client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys: wanted });
  for (let turn = 0; turn < 5000; turn++) {
    if (pending.length > 0 && chance(0.7)) {
      deliver(pending.shift()!);
    } else if (deaths < 12 && chance(0.08)) {
      const name = workers.size > 0 && chance(0.6) ? pick([...workers.keys()]) : undefined;
      if (name) {
        deaths++;
        workers.delete(name);
        send({ type: 'remove-worker', now: now(), worker: name, reason: 'simulated' });
      } else if (workers.size < 5) join();
    } else {
      const busy = [...workers].filter(([, worker]) => worker.doing.length > 0);
      if (busy.length > 0) {
        const [name, worker] = pick(busy);
        step(name, worker);
      } else if (pending.length === 0) {
        if (workers.size > 0) break;
        join();
      }
    }
  }
  // A second wish for the same keys is answered from memory or computed again, and letting go frees everything.
  send({ type: 'release-keys', now: now(), client: 'c', keys: wanted });
  send({ type: 'remove-client', now: now(), client: 'c' });
  for (const task of scheduler.state.tasks.values()) {
    expect(['memory', 'released']).toContain(task.state);
    expect(task.clients.size + task.waiters.size).toBe(0);
  }
  expect(scheduler.state.retainedBytes).toBeLessThanOrEqual(300);
  return { events, outcomes, expected };
}

test('random graphs, failing tasks and dying workers: every wanted key ends as it must', () => {
  let events = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const run = simulate(seed);
    events += run.events;
    expect(Object.fromEntries(run.outcomes), `seed ${seed}`).toEqual(Object.fromEntries(run.expected));
  }
  expect(events).toBeGreaterThan(10_000);
});
