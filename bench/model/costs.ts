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
  /** The scheduler's own work for an event, for each item of it: see {@link itemsOf}. */
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

/** Sums up how long the scheduler took for events that were handled, to costs of each kind. */
export class Stopwatch {
  readonly #sums = new Map<EventType, { ms: number; items: number }>();

  add(type: EventType, items: number, ms: number): void {
    const sum = this.#sums.get(type) ?? { ms: 0, items: 0 };
    this.#sums.set(type, { ms: sum.ms + ms, items: sum.items + items });
  }

  get handleMs(): Costs['handleMs'] {
    return Object.fromEntries([...this.#sums].map(([type, { ms, items }]) => [type, ms / items]));
  }
}
