/** What clients may ask the scheduler, by name; coordination has a table of its own. */
import type { Key } from '../graph/task.js';
import { codeOf } from '../scheduler/code.js';
import { isStored } from '../scheduler/copies.js';
import type { SchedulerEvent } from '../scheduler/events.js';
import { goesBy } from '../scheduler/queues.js';
import type { Order, OrderEnd, SchedulerState, TaskRecord, WorkerRecord } from '../scheduler/state.js';
import { whyNotDone } from '../scheduler/why.js';
import { loadComplete } from '../shipping/load.js';
import { listed } from '../util/describe.js';
import { InputError, SheafError } from '../util/errors.js';
import { version } from '../util/version.js';
import type { Arrival } from './arrivals.js';
import { wantForgetful } from './forgetful.js';
import type { SchedulerInfo } from './scheduler-info.js';

/** What a request may use of the server. */
export interface RequestContext {
  readonly client: string;
  readonly state: SchedulerState;
  readonly info: () => SchedulerInfo;
  /** The event has been handled when this returns. */
  readonly handle: (event: SchedulerEvent) => void;
  /** Resolves when `isSo`; which is asked again whenever something has happened. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  /** The answer of a worker. */
  readonly askWorker: (worker: string, method: string, args: object) => Promise<unknown>;
  /** What every worker that joins later is asked, too. */
  readonly arrivals: Map<string, Arrival>;
  /** Ends the cluster, soon. */
  readonly shutdown: () => void;
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

/**
 * Asks all workers, and those that join later, before they are given tasks: the answers by name. Where one fails, it is
 * taken back from all, and from those to come. Who leaves does not fail: the worker that takes its place is asked.
 */
async function askForEver(context: RequestContext, what: string, method: string, args: object, undo?: string) {
  const { state, arrivals, askWorker, client } = context;
  const arrival: Arrival = { method, args, what, client, ...(undo && { undo }) };
  arrivals.set(what, arrival);
  const names = [...state.workers.keys()];
  const answers = await Promise.allSettled(names.map((name) => askWorker(name, method, args)));
  const settled = names.map((name, i) => ({ name, answer: answers[i]! })).filter(({ name }) => state.workers.has(name));
  const failed = settled.find(({ answer }) => answer.status === 'rejected')?.answer as
    | PromiseRejectedResult
    | undefined;
  if (!failed)
    return Object.fromEntries(
      settled.map(({ name, answer }) => [name, (answer as PromiseFulfilledResult<unknown>).value]),
    );
  if (arrivals.get(what) === arrival) {
    arrivals.delete(what);
    const taken = undo ? settled.filter(({ answer }) => answer.status === 'fulfilled') : [];
    await Promise.allSettled(taken.map(({ name }) => askWorker(name, undo!, args)));
  }
  throw failed.reason;
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
    return fn.length > args.length ? fn(...args, { state, info: info() }) : fn(...args);
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
  'tasks.cancel': ({ client, handle }, { keys, force }) => {
    handle({ type: 'cancel-keys', now: performance.now(), client, keys, force });
    return null;
  },
  'tasks.stream': ({ state }, { since, count }) =>
    state.stream
      .runs(since === undefined ? undefined : since - performance.timeOrigin, count)
      .map((run) => ({ ...run, start: wallTime(run.start) })),
  'tasks.why': ({ state }, { key }) => whyNotDone(state, key) ?? null,
  /** What it takes to run again, elsewhere, what made the task fail. */
  'tasks.failed': ({ state }, { key }) => {
    const record = state.tasks.get(state.tasks.get(key)?.error?.key ?? key) ?? state.tasks.get(key);
    if (!record) throw new InputError(`the scheduler knows no task ${key}`);
    const { task } = record;
    return { task, code: Object.fromEntries(codeOf(task).map((hash) => [hash, state.code.get(hash)?.payload])) };
  },
  /** Has tasks done though their clients let go of them, or leave. */
  'tasks.forget': ({ handle }, { keys }) => {
    handle(wantForgetful(performance.now(), keys));
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
  'workers.upload': (context, { name, content }) =>
    askForEver(context, `the file ${name}`, 'upload', { name, content }),
  'workers.restart': async (context) => {
    context.handle({
      type: 'restart',
      now: performance.now(),
      reason: `client ${context.client} restarted the cluster`,
    });
    // They have heard that nobody wants what they run: its end is no failure of a task that comes anew.
    await askAll(context, undefined, 'restart', {});
    return null;
  },
  'plugins.add': async (context, args) => {
    await askForEver(context, `the plugin ${args.name}`, 'plugin.add', args, 'plugin.remove');
    return null;
  },
  'plugins.remove': async (context, { name }) => {
    if (!context.arrivals.delete(`the plugin ${name}`)) throw new InputError(`there is no plugin ${name}`);
    await askAll(context, undefined, 'plugin.remove', { name });
    return null;
  },
  'workers.versions': (context) => askAll(context, undefined, 'versions', {}),
  'workers.retire': async ({ state, handle, until }, { workers }) => {
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
    for (const worker of leaving) handle({ type: 'retire-worker', now: performance.now(), worker });
    await until(() => leaving.every((name) => !state.workers.has(name)));
    return leaving;
  },
  'workers.nthreads': ({ state }, { workers }) => byWorker(state, ({ nthreads }) => nthreads, workers),
  'workers.processing': ({ state }, { workers }) =>
    byWorker(state, ({ processing }) => Array.from(processing.keys(), ({ key }) => key), workers),
  'data.hasWhat': ({ state }, { workers }) => byWorker(state, ({ has }) => Array.from(has, ({ key }) => key), workers),
  'data.whoHas': ({ state }, { keys }) =>
    Object.fromEntries(tasksOf(state, keys).map(({ key, holders }) => [key, Array.from(holders, ({ name }) => name)])),
  'data.replicate': async (context, { keys, count, workers }) => {
    const { state, handle } = context;
    workersOf(state, workers);
    const among = () =>
      [...state.workers.values()].filter((worker) => !workers || workers.some((name: string) => goesBy(worker, name)));
    const wanted = Math.min(count ?? Number.POSITIVE_INFINITY, among().length);
    handle({ type: 'replicate', now: performance.now(), keys, count: wanted, ...(workers && { workers }) });
    const orders = await carriedOut(context, keys);
    const possible =
      count === undefined
        ? among().filter(({ status }) => status === 'running').length
        : Math.min(count, among().length);
    const short = tasksOf(state, keys).filter((task) => isStored(task) && task.holders.size < possible);
    if (short.length === 0) return null;
    const each = short.map(({ key, holders }) => {
      const why = orders.filter(({ task }) => task.key === key).flatMap(failureOf);
      return `${key} is on ${holders.size}${why.length > 0 ? ` (${why.join(', ')})` : ''}`;
    });
    throw new SheafError(`not all results could be copied to ${possible} workers: ${listed(each)}`);
  },
  'data.rebalance': async (context, { keys, workers }) => {
    workersOf(context.state, workers);
    context.handle({ type: 'rebalance', now: performance.now(), ...(keys && { keys }), ...(workers && { workers }) });
    const missing = (await carriedOut(context, keys)).flatMap((order) =>
      failureOf(order).map((why) => `${order.task.key} (${why})`),
    );
    if (missing.length > 0) throw new SheafError(`some results could not be moved: ${listed(missing)}`);
    return null;
  },
};

/** The copies that are under way, of these results or of all, when each has come or failed. */
async function carriedOut({ state, until }: RequestContext, keys?: readonly Key[]): Promise<readonly Order[]> {
  const orders = tasksOf(state, keys).flatMap((task) => state.orders.get(task) ?? []);
  await until(() => orders.every(({ end }) => end !== undefined));
  return orders;
}

const reasons: Readonly<Record<OrderEnd, ((worker: string) => string) | undefined>> = {
  arrived: undefined,
  unwanted: undefined,
  lost: () => 'it was lost meanwhile',
  left: (worker) => `${worker} left`,
  unreachable: (worker) => `${worker} could not get it`,
};

/** Why a copy did not come; nothing where it did, or nobody wants it any more. */
const failureOf = ({ end, to }: Order): string[] => {
  const tell = reasons[end!];
  return tell ? [tell(to.name)] : [];
};
