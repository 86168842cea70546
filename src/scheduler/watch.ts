/**
 * What time brings: workers that have fallen silent, tasks that sit longer than they should, tasks that no worker
 * can run, tasks that wait on a busy worker while another is idle, copies that are not needed any more.
 */
import { dropSurplus, helpRetiring } from './copies.js';
import type { SchedulerState } from './state.js';
import { steal } from './steal.js';
import { nameStranded } from './stranded.js';

/** How often a shell should send a `tick`, in ms. */
export const TICK_MS = 100;
/** Copies are looked at every so many ticks. */
const COPIES_EVERY = 20;
/** And queues for tasks that no worker can run. */
const QUEUES_EVERY = 10;

/** How often a worker says that it lives, in ms, until it is told otherwise. */
export const HEARTBEAT_MS = 500;
/** So many workers may say so at that rate. */
const FREQUENT_WORKERS = 100;

/**
 * How often each of `workers` should say that it lives, in ms: half as often with twice as many, as thousands would keep a
 * scheduler from its work, but four times before one that is silent is given up.
 */
export function heartbeatMs(workers: number, workerTtlMs: number): number {
  const doublings = Math.max(0, Math.ceil(Math.log2(workers / FREQUENT_WORKERS)));
  return Math.max(HEARTBEAT_MS, Math.min(HEARTBEAT_MS * 2 ** doublings, workerTtlMs / 4));
}

export function watch(state: SchedulerState): void {
  const elapsed = state.now - state.lastTick;
  state.lastTick = state.now;
  state.ticks++;
  // A long pause means that this very process was busy or asleep: the silence was its own.
  if (elapsed > 10 * TICK_MS) for (const worker of state.workers.values()) worker.lastSeen = state.now;
  dismissSilent(state);
  nameStuck(state);
  steal(state);
  helpRetiring(state);
  if (state.ticks % COPIES_EVERY === 0) dropSurplus(state);
  if (state.ticks % QUEUES_EVERY === 0) nameStranded(state);
}

/** The shell ends the connection of a worker that is sent away, which is how the scheduler learns of its end. */
function dismissSilent(state: SchedulerState): void {
  const { workerTtlMs } = state.options;
  for (const worker of state.workers.values()) {
    const silence = state.now - worker.lastSeen;
    if (silence <= workerTtlMs) continue;
    worker.lastSeen = Infinity; // sent away once
    const reason = `it said nothing for ${(silence / 1000).toFixed(1)} s`;
    state.instructions.push({ to: 'worker', name: worker.name, message: { op: 'stop', reason, mayReturn: true } });
  }
}

/** Warns, once for each task, whoever wants a task that runs far longer than it should. */
function nameStuck(state: SchedulerState): void {
  const { stuckMs } = state.options;
  for (const worker of state.workers.values()) {
    const idle = state.now - worker.lastDone;
    if (worker.processing.size === 0 || idle <= stuckMs) continue;
    // A worker runs its tasks in about the order in which it was given them.
    const running = [...worker.processing.keys()].slice(0, worker.nthreads);
    for (const task of running) {
      if (state.warned.has(task) || idle <= 10 * (state.durations.get(task.task.op) ?? 0)) continue;
      state.warned.add(task);
      const text = `worker ${worker.name} (${worker.address}) has finished nothing for ${Math.round(idle / 1000)} s; task ${task.key} is there and not done`;
      for (const client of state.clients.values())
        state.instructions.push({ to: 'client', name: client.name, message: { op: 'warning', text } });
    }
  }
}
