/** What clients may ask the scheduler, by name; coordination has a table of its own. */
import type { Key } from '../graph/task.js';
import { codeOf } from '../scheduler/code.js';
import type { SchedulerEvent } from '../scheduler/events.js';
import { goesBy } from '../scheduler/queues.js';
import type { SchedulerState, TaskRecord, WorkerRecord } from '../scheduler/state.js';
import { loadComplete } from '../shipping/load.js';
import { InputError } from '../util/errors.js';
import { version } from '../util/version.js';
import { wantForgetful } from './forgetful.js';
import type { SchedulerInfo } from './scheduler-info.js';

/** What a request may use of the server. */
export interface RequestContext {
  readonly client: string;
  readonly state: SchedulerState;
  readonly info: () => SchedulerInfo;
  readonly schedule: (event: SchedulerEvent) => void;
  /** Resolves when `isSo`; which is asked again whenever something has happened. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  /** The answer of a worker. */
  readonly askWorker: (worker: string, method: string, args: object) => Promise<unknown>;
  /** What every worker that joins later is asked, too. */
  readonly arrivals: Map<string, WorkerRequest>;
  /** Ends the cluster, soon. */
  readonly shutdown: () => void;
}

export interface WorkerRequest {
  readonly method: string;
  readonly args: object;
}

// biome-ignore lint/suspicious/noExplicitAny: each method knows its arguments, which come from our own client
type Method = (context: RequestContext, args: any) => unknown;

/** The workers of those names, addresses or hosts, or all. Raises InputError for a name that nobody has. */
function workersOf({ workers }: SchedulerState, names?: readonly string[]): WorkerRecord[] {
  const all = [...workers.values()];
  if (!names) return all;
  return names.flatMap((name) => {
    const found = all.filter((worker) => goesBy(worker, name));
    if (found.length > 0) return found;
    throw new InputError(
      `there is no worker ${name}; there are ${all.map((worker) => worker.name).join(', ') || 'none'}`,
    );
  });
}

const tasksOf = (state: SchedulerState, keys?: readonly Key[]): TaskRecord[] =>
  keys ? keys.flatMap((key) => state.tasks.get(key) ?? []) : [...state.tasks.values()];

/** What each worker answers, by name; an error of one is the error of all. */
async function askAll(context: RequestContext, names: readonly string[] | undefined, method: string, args: object) {
  const workers = workersOf(context.state, names);
  const answers = await Promise.all(workers.map(({ name }) => context.askWorker(name, method, args)));
  return Object.fromEntries(workers.map(({ name }, i) => [name, answers[i]]));
}

/** Asks all workers, and those that join later. */
async function askForEver(context: RequestContext, name: string, method: string, args: object) {
  context.arrivals.set(name, { method, args });
  return askAll(context, undefined, method, args);
}

/** Epoch milliseconds of the scheduler's clock. */
const wallTime = (now: number): number => performance.timeOrigin + now;

const byWorker = (state: SchedulerState, of: (worker: WorkerRecord) => unknown, names?: readonly string[]) =>
  Object.fromEntries(workersOf(state, names).map((worker) => [worker.name, of(worker)]));

export const schedulerRequests: Readonly<Record<string, Method>> = {
  'scheduler.info': ({ info }) => info(),
  'scheduler.versions': () => ({ sheaf: version, node: process.versions.node }),
  'scheduler.run': async ({ state, info }, { fn: sent, args }) => {
    const fn = (await loadComplete(sent)) as (...args: unknown[]) => unknown;
    return fn(...args, { state, info: info() });
  },
  'scheduler.shutdown': ({ shutdown }) => {
    shutdown();
    return null;
  },
  'scheduler.story': ({ state }, { keys }: { keys: readonly Key[] }) =>
    keys
      .flatMap((key) => state.story.of(key))
      .sort((a, b) => a.now - b.now)
      .map(({ now, ...line }) => ({ time: wallTime(now), ...line })),
  'tasks.cancel': ({ client, schedule }, { keys, force }) => {
    schedule({ type: 'cancel-keys', now: performance.now(), client, keys, force });
    return null;
  },
  'tasks.stream': ({ state }, { since, count }) =>
    state.stream
      .runs(since === undefined ? undefined : since - performance.timeOrigin, count)
      .map((run) => ({ ...run, start: wallTime(run.start) })),
  /** What it takes to run again, elsewhere, what made the task fail. */
  'tasks.failed': ({ state }, { key }) => {
    const record = state.tasks.get(state.tasks.get(key)?.error?.key ?? key) ?? state.tasks.get(key);
    if (!record) throw new InputError(`the scheduler knows no task ${key}`);
    const { task } = record;
    return { task, code: Object.fromEntries(codeOf(task).map((hash) => [hash, state.code.get(hash)?.payload])) };
  },
  /** Has tasks done though their clients let go of them, or leave. */
  'tasks.forget': ({ schedule }, { keys }) => {
    schedule(wantForgetful(performance.now(), keys));
    return null;
  },
  'scheduler.dump': ({ state, info }) => ({
    info: info(),
    tasks: tasksOf(state).map(({ key, task, state: is, worker, nbytes, holders, deps, error }) => ({
      ...{ key, op: task.op, state: is, nbytes, error },
      worker: worker?.name,
      whoHas: Array.from(holders, ({ name }) => name),
      deps: deps.map((dep) => dep.key),
    })),
    clients: Array.from(state.clients.values(), ({ name, wants }) => ({ name, wants: wants.size })),
  }),
  'workers.wait': ({ state, until }, { count }) => until(() => state.workers.size >= count).then(() => null),
  'workers.run': async (context, { fn, args, workers }) => askAll(context, workers, 'run', { fn, args }),
  'workers.logs': (context, { workers, n }) => askAll(context, workers, 'logs', { n }),
  'workers.upload': (context, { name, content }) => askForEver(context, `file ${name}`, 'upload', { name, content }),
  'workers.restart': async (context) => {
    context.schedule({
      type: 'restart',
      now: performance.now(),
      reason: `client ${context.client} restarted the cluster`,
    });
    // Workers are to hear first that nobody wants what they run: its end is then no failure of a task that comes anew.
    await Promise.resolve();
    await askAll(context, undefined, 'restart', {});
    return null;
  },
  'plugins.add': async (context, args) => {
    await askForEver(context, `plugin ${args.name}`, 'plugin.add', args);
    return null;
  },
  'plugins.remove': async (context, { name }) => {
    if (!context.arrivals.delete(`plugin ${name}`)) throw new InputError(`there is no plugin ${name}`);
    await askAll(context, undefined, 'plugin.remove', { name });
    return null;
  },
  'workers.versions': (context) => askAll(context, undefined, 'versions', {}),
  'workers.retire': async ({ state, schedule, until }, { workers }) => {
    const leaving = workersOf(state, workers).map(({ name }) => name);
    const others = [...state.workers.values()].filter(
      ({ name, status }) => status === 'running' && !leaving.includes(name),
    );
    const hold = leaving.some((name) => state.workers.get(name)!.has.size > 0);
    if (others.length === 0 && hold) {
      throw new InputError(
        `${leaving.join(', ')} cannot retire: no other worker is left to take the results that they hold`,
      );
    }
    for (const worker of leaving) schedule({ type: 'retire-worker', now: performance.now(), worker });
    await until(() => leaving.every((name) => !state.workers.has(name)));
    return leaving;
  },
  'workers.nthreads': ({ state }, { workers }) => byWorker(state, ({ nthreads }) => nthreads, workers),
  'workers.processing': ({ state }, { workers }) =>
    byWorker(state, ({ processing }) => Array.from(processing.keys(), ({ key }) => key), workers),
  'data.hasWhat': ({ state }, { workers }) => byWorker(state, ({ has }) => Array.from(has, ({ key }) => key), workers),
  'data.whoHas': ({ state }, { keys }) =>
    Object.fromEntries(tasksOf(state, keys).map(({ key, holders }) => [key, Array.from(holders, ({ name }) => name)])),
  'data.replicate': async ({ state, schedule, until }, { keys, count, workers }) => {
    const wanted = Math.min(count ?? Number.POSITIVE_INFINITY, workersOf(state, workers).length);
    schedule({ type: 'replicate', now: performance.now(), keys, count: wanted, ...(workers && { workers }) });
    const isDone = ({ state: is, holders }: TaskRecord) =>
      is !== 'memory' || holders.size === 0 || holders.size >= wanted;
    await until(() => tasksOf(state, keys).every(isDone));
    return null;
  },
  'data.rebalance': ({ state, schedule }, { keys, workers }) => {
    workersOf(state, workers);
    schedule({ type: 'rebalance', now: performance.now(), ...(keys && { keys }), ...(workers && { workers }) });
    return null;
  },
};
