/** What things cost in the model, in ms unless said otherwise. */
import type { SchedulerEvent } from '../../src/scheduler/events.js';
import type { NetworkCosts } from './network.js';

export type EventType = SchedulerEvent['type'];

/** Of the scheduler's process, and of the client's, for what comes and goes beside what it means. */
export interface MessageCosts {
  /** A frame that comes, or one that goes: the system's part, framing and codec. */
  readonly frameMs: number;
  /** And for each byte of it. */
  readonly byteMs: number;
  /** A connection that is made: the handshake. */
  readonly connectMs: number;
}

export interface Costs extends MessageCosts, NetworkCosts {
  /** The scheduler's own work for an event, for each item of it (see {@link itemsOf}); what is not given is timed. */
  readonly handleMs: Readonly<Partial<Record<EventType, number>>>;
  /** What lies between a task's arrival at its worker and its report beside its own time: hops to the thread and back. */
  readonly workerMs: number;
  /** From the start of a rank to its connection, and as long again to that of the worker in its child process. */
  readonly bootMs: number;
}

/** A world where only tasks take time. */
export const freeCosts: Costs = {
  ...{ frameMs: 0, byteMs: 0, connectMs: 0, handleMs: {}, workerMs: 0, bootMs: 0 },
  ...{ latencyMs: 0, bytesPerMs: Number.POSITIVE_INFINITY },
};

/** What of an event its cost grows with. */
export function itemsOf(event: SchedulerEvent, workers: number, tasksInGraph: number): number {
  if (event.type === 'tasks-done' || event.type === 'add-replicas') return event.keys.length;
  if (event.type === 'update-graph') return tasksInGraph;
  return event.type === 'tick' ? workers : 1;
}

/**
 * How long the scheduler's own code takes for each kind of event. Its thread's time is at most that of the clock, which
 * runs on while others have the core, and at most that of the process, to which threads of V8 add theirs: the less of both.
 */
export class Stopwatch {
  readonly #sums = new Map<EventType, { clockMs: number; cpuMs: number; items: number }>();

  time<T>(type: EventType, items: number, work: () => T): T {
    const [clock, cpu] = [performance.now(), process.cpuUsage()];
    const result = work();
    const { user, system } = process.cpuUsage(cpu);
    const sum = this.#sums.get(type) ?? { clockMs: 0, cpuMs: 0, items: 0 };
    const clockMs = sum.clockMs + performance.now() - clock;
    this.#sums.set(type, { clockMs, cpuMs: sum.cpuMs + (user + system) / 1000, items: sum.items + items });
    return result;
  }

  get handleMs(): Costs['handleMs'] {
    const each = ([type, { clockMs, cpuMs, items }]: readonly [
      EventType,
      { clockMs: number; cpuMs: number; items: number },
    ]) => [type, Math.min(clockMs, cpuMs) / items] as const;
    return Object.fromEntries([...this.#sums].map(each));
  }
}
