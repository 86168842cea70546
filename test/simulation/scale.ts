/**
 * The scheduler alone with very many workers, who are done at once with what they are given: its time for each task, its
 * memory for each task, and the longest that a tick takes.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Graph } from '../../src/graph/graph.js';
import type { Task } from '../../src/graph/task.js';
import type { Assignment, Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

const NBYTES = 10_000;
const MS = 20;

/** Whoever is asked for it collects all garbage. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const op = 'm.js#f';

/** Graphs of about so many tasks, by what is hard about them. */
export const shapes: Readonly<Record<string, (tasks: number) => { readonly graph: Graph; readonly keys?: string[] }>> =
  {
    map: (tasks) => ({
      graph: { layers: [{ kind: 'map', prefix: 'map', op, columns: [Array.from({ length: tasks }, (_, i) => i)] }] },
    }),

    /** Sums of pairs, of pairs of those, and so on. */
    tree: (tasks) => {
      const leaves = Math.ceil(tasks / 2);
      const all: Task[] = Array.from({ length: leaves }, (_, i) => ({ key: `t${i}`, op, params: null, deps: [] }));
      for (let at = 0; at + 1 < all.length; at += 2)
        all.push({ key: `t${all.length}`, op, params: null, deps: [`t${at}`, `t${at + 1}`] });
      return { graph: { layers: [{ kind: 'tasks', tasks: all }] }, keys: [all.at(-1)!.key] };
    },

    /** A map, and before it tasks that ask for workers that are not there, or for some of the workers. */
    demanding: (tasks) => {
      const annotated = Array.from({ length: 100 }, (_, i) => ({
        ...{ key: `a${i}`, op, params: null, deps: [] },
        annotations:
          i % 2 ? { workers: ['gone'], priority: 1 } : { workers: [`w${i}`, 'gone'], allowOtherWorkers: true },
      }));
      const { graph } = shapes.map!(tasks);
      const keys = Array.from({ length: tasks }, (_, i) => `map-${i}`);
      return {
        graph: { layers: [{ kind: 'tasks', tasks: annotated }, ...graph.layers] },
        keys: [...keys, ...annotated.map(({ key }) => key)],
      };
    },
  };

export interface Figures {
  readonly tasks: number;
  readonly graphMicroseconds: number;
  readonly runMicroseconds: number;
  readonly knownBytes: number;
  readonly doneBytes: number;
  readonly longestTickMs: number;
}

export function measure(shape: string, workers: number, count: number): Figures {
  const { graph, keys } = shapes[shape]!(count);
  const scheduler = new Scheduler();
  let schedulerMs = 0;
  let longestTickMs = 0;
  const handle = (event: SchedulerEvent): Instruction[] => {
    const start = performance.now();
    const due = scheduler.handle(event);
    const ms = performance.now() - start;
    schedulerMs += ms;
    if (event.type === 'tick') longestTickMs = Math.max(longestTickMs, ms);
    return due;
  };
  handle({ type: 'add-client', now: 0, client: 'c' });
  const before = heapBytes();
  const first = handle({ type: 'update-graph', now: 0, client: 'c', graph, ...(keys && { keys }) });
  const tasks = scheduler.state.tasks.size;
  const graphMicroseconds = (1000 * schedulerMs) / tasks;
  const knownBytes = (heapBytes() - before) / tasks;
  schedulerMs = 0;
  const due = [...first];
  for (let i = 0; i < workers; i++)
    due.push(...handle({ type: 'add-worker', now: 0, worker: `w${i}`, address: `sim://w${i}`, nthreads: 1 }));
  let now = 0;
  let lastTick = 0;
  for (let at = 0; at < due.length; at++) {
    const { name: worker, message } = due[at]!;
    due[at] = undefined as never;
    if (message.op !== 'run') continue;
    now += (MS * message.tasks.length) / workers;
    due.push(...handle({ type: 'tasks-done', now, worker, ...doneAtOnce(message.tasks) }));
    if (now - lastTick < 100) continue;
    lastTick = now;
    due.push(...handle({ type: 'tick', now }));
  }
  const doneBytes = (heapBytes() - before) / tasks;
  return {
    ...{ tasks, graphMicroseconds, runMicroseconds: (1000 * schedulerMs) / tasks },
    ...{ knownBytes, doneBytes, longestTickMs },
  };
}

const doneAtOnce = (tasks: readonly Assignment[]) => ({
  keys: tasks.map(({ key }) => key),
  nbytes: tasks.map(() => NBYTES),
  ms: tasks.map(() => MS),
  values: tasks.map(() => null),
  smalls: tasks.map(() => false),
});
