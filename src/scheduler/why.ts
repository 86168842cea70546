/**
 * Why a wanted task has no result yet, in words: what a timeout says, and what the watchdog warns of. The sentences lack
 * their subject, which is "it" or "which".
 */
import type { Key } from '../graph/task.js';
import { listed, seconds } from '../util/describe.js';
import { hasResources, isAllowed, mayRun, someMayRun } from './queues.js';
import type { SchedulerState, TaskRecord, TaskStateName, WorkerRecord } from './state.js';

/** Of the inputs that a task waits for, so many are looked at. */
const LOOKED_AT = 1000;

/** Undefined when the task is not known, or its result is there. */
export function whyNotDone(state: SchedulerState, key: Key): string | undefined {
  const task = state.tasks.get(key);
  return task && tell(state, task);
}

/** Why no worker that is there could ever run the task; undefined when one could, be it busy or not. */
export function noWorkerFor(state: SchedulerState, task: TaskRecord): string | undefined {
  if (someMayRun(state, task)) return undefined;
  const { annotations = {} } = task.task;
  const { workers = [], resources = {} } = annotations;
  const there = stayingIn(state);
  if (there.length === 0) return state.workers.size === 0 ? 'there are no workers' : 'all workers are leaving';
  const allowed = there.filter((worker) => isAllowed(state, worker, annotations));
  const restricted = `none of the workers it is restricted to (${listed(workers)})`;
  if (allowed.length === 0) return `${restricted} is there; there are ${namesOf(there)}`;
  const offers = allowed.flatMap((worker) => {
    const text = amounts(worker.resources);
    return text === '' ? [] : [`${text} on ${worker.name}`];
  });
  const offered = offers.length > 0 ? `workers offer: ${listed(offers)}` : 'they offer no resources';
  return `${allowed.length < there.length ? restricted : 'no worker'} has ${amounts(resources)} (${offered})`;
}

const tell = (state: SchedulerState, task: TaskRecord): string | undefined => sentences[task.state]?.(state, task);

const sentences: { readonly [S in TaskStateName]?: (state: SchedulerState, task: TaskRecord) => string | undefined } = {
  waiting(state, task) {
    const input = culpritOf(state, task);
    return input && `waits for ${input.key}, which ${tell(state, input)}`;
  },

  queued(state, task) {
    const reason = noWorkerFor(state, task);
    if (reason !== undefined) return `cannot run: ${reason}`;
    for (const { held, module } of state.lacking.values())
      if (held.has(task)) return `waits for what ${module} exports, which no worker can import, from a client`;
    const able = stayingIn(state).filter((worker) => mayRun(state, worker, task));
    const running = able.filter(({ status }) => status === 'running');
    if (running.length === 0) return `waits until there is memory again on ${namesOf(able)}`;
    const { resources } = task.task.annotations ?? {};
    if (resources && !running.some((worker) => hasResources(worker, resources, worker.used)))
      return `waits for ${amounts(resources)}, in use ${listed(running.flatMap((worker) => usesOf(worker, resources)))}`;
    const busy = running.map((worker) => [worker, firstOf(worker)] as const).filter(([, first]) => first);
    if (busy.length === 0) return 'is about to be given to a worker';
    return `waits for its turn: ${listed(busy.map(([{ name }, first]) => `${name} is busy with ${first!.key}`))}`;
  },

  processing(state, task) {
    const worker = task.worker!;
    const { name, status, nthreads, lastSeen } = worker;
    const line = lineOf(worker);
    const silence = state.now - lastSeen;
    const silent = silence > SILENT_MS ? `, of which nothing has been heard for ${seconds(silence)}` : '';
    if (line.indexOf(task) >= nthreads) return `is in line on worker ${name}${silent}, behind ${line[0]!.key}`;
    if (status === 'paused') return `is on worker ${name}${silent}, which is paused until it has memory again`;
    return `has been running for ${seconds(state.now - task.since)} on worker ${name}${silent}`;
  },
};

/** Workers give signs of life far more often than that. */
const SILENT_MS = 10_000;

/** Of the inputs behind those that a task waits for: one that can never run, or else the first. */
function culpritOf(state: SchedulerState, task: TaskRecord): TaskRecord | undefined {
  const seen = new Set<TaskRecord>();
  const stack = [...task.waitingOn].slice(0, LOOKED_AT).reverse();
  let first: TaskRecord | undefined;
  while (stack.length > 0 && seen.size < LOOKED_AT) {
    const input = stack.pop()!;
    if (seen.has(input)) continue;
    seen.add(input);
    if (input.state === 'waiting') stack.push(...[...input.waitingOn].slice(0, LOOKED_AT).reverse());
    else if (input.state === 'queued' && !someMayRun(state, input)) return input;
    else first ??= input;
  }
  return first;
}

/** The workers that do not leave. */
const stayingIn = ({ workers }: SchedulerState): WorkerRecord[] =>
  [...workers.values()].filter(({ status }) => status !== 'retiring');

/** What has a place on a worker, or waits for one there, in about the order in which it runs it. */
const lineOf = ({ processing, seceded }: WorkerRecord): TaskRecord[] =>
  [...processing.keys()].filter((task) => !seceded.has(task));

function firstOf({ processing, seceded }: WorkerRecord): TaskRecord | undefined {
  for (const task of processing.keys()) if (!seceded.has(task)) return task;
  return undefined;
}

/** What a worker has given of these resources: `by x on a`. */
const usesOf = ({ name, processing }: WorkerRecord, wanted: Readonly<Record<string, number>>): string[] =>
  [...processing.keys()]
    .filter(({ task }) => Object.keys(task.annotations?.resources ?? {}).some((resource) => resource in wanted))
    .map(({ key }) => `by ${key} on ${name}`);

const namesOf = (workers: readonly WorkerRecord[]): string => listed(workers.map(({ name }) => name));

const amounts = (resources: Readonly<Record<string, number>>): string =>
  Object.entries(resources)
    .map(([name, amount]) => `${name}: ${amount}`)
    .join(', ');
