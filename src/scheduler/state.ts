/**
 * The scheduler's memory. A task goes through these states:
 *
 *     released -> waiting -> queued -> processing -> memory
 *                                              \-> erred
 *
 * released    nobody has its result and nobody works on it; its specification is kept (lineage)
 * waiting     wanted, but some inputs are not in memory yet
 * queued      all inputs are in memory; it waits for a worker with room
 * processing  a worker has it
 * memory      its result is on at least one worker, or here when it is small
 * erred       it, or one of its inputs, failed
 * forgotten   no longer known: nobody wants it and no known task depends on it
 */
import type { Key, Task } from '../graph/task.js';
import { Heap } from '../util/heap.js';
import type { ClientName, ErrorReport, Instruction, WorkerName } from './events.js';
import type { Story } from './story.js';

export type TaskStateName = 'released' | 'waiting' | 'queued' | 'processing' | 'memory' | 'erred' | 'forgotten';

export interface TaskRecord {
  readonly key: Key;
  readonly task: Task;
  state: TaskStateName;
  /** Smaller runs first; earlier graphs before later ones, depth first within a graph. */
  readonly priority: number;
  readonly deps: ReadonlySet<TaskRecord>;
  /** Known tasks that have this one among their deps, in any state. */
  readonly dependents: Set<TaskRecord>;
  /** The deps that are not in memory; empty unless waiting. */
  readonly waitingOn: Set<TaskRecord>;
  /** The dependents that still need the result: waiting, queued or processing. */
  readonly waiters: Set<TaskRecord>;
  readonly clients: Set<ClientRecord>;
  /** The workers that hold the result; empty unless in memory. */
  readonly holders: Set<WorkerRecord>;
  /** Where it runs; undefined unless processing. */
  worker: WorkerRecord | undefined;
  /** The result itself when it is small and in memory. */
  value: { readonly small: unknown } | undefined;
  nbytes: number;
  error: ErrorReport | undefined;
  /** Workers that died while they ran this task. */
  readonly deaths: string[];
}

export interface WorkerRecord {
  readonly name: WorkerName;
  readonly address: string;
  readonly nthreads: number;
  /** What it works on, with the time that each task is expected to take, in ms. */
  readonly processing: Map<TaskRecord, number>;
  /** The sum of those times. */
  occupancy: number;
  readonly has: Set<TaskRecord>;
  nbytes: number;
}

export interface ClientRecord {
  readonly name: ClientName;
  readonly wants: Set<TaskRecord>;
}

export interface SchedulerOptions {
  /** A task that was running in so many workers' deaths fails instead of killing more. */
  readonly allowedFailures: number;
  /** How many bytes of unwanted results to keep for tasks marked `retain`. */
  readonly retainBytes: number;
  /** Check every invariant after every event. */
  readonly validate: boolean;
}

export interface SchedulerState {
  readonly options: SchedulerOptions;
  readonly tasks: Map<Key, TaskRecord>;
  readonly workers: Map<WorkerName, WorkerRecord>;
  readonly clients: Map<ClientName, ClientRecord>;
  /** Tasks that wait for a worker; entries whose task left the state `queued` are skipped when they surface. */
  readonly queue: Heap<TaskRecord>;
  /** Results kept though nobody wants them, least recently used first. */
  readonly retained: Set<TaskRecord>;
  retainedBytes: number;
  /** The mean time of each operation, in ms: an exponential moving average. */
  readonly durations: Map<string, number>;
  /** How many tasks were ever given a priority. */
  ordered: number;
  readonly story: Story;
  /** What this event asks for so far. */
  instructions: Instruction[];
  now: number;
}

export const byPriority = (a: TaskRecord, b: TaskRecord): number => a.priority - b.priority;

export const makeState = (story: Story, options: Partial<SchedulerOptions> = {}): SchedulerState => ({
  options: { allowedFailures: 3, retainBytes: 256 * 2 ** 20, validate: false, ...options },
  tasks: new Map(),
  workers: new Map(),
  clients: new Map(),
  queue: new Heap(byPriority),
  retained: new Set(),
  retainedBytes: 0,
  durations: new Map(),
  ordered: 0,
  story,
  instructions: [],
  now: 0,
});

/** Whether somebody needs the result: a client, or a task that is to run. */
export const isWanted = (task: TaskRecord): boolean => task.clients.size > 0 || task.waiters.size > 0;
