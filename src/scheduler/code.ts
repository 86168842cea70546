/**
 * Shipped code. A client sends each function once, so its code is kept while the client is there, and after that while a
 * known task names it. Code that takes stand-ins for modules of the user's needs two more: the stand-ins, and
 * `instead:HASH`, which tells that the code of that hash takes these.
 */
import type { Task } from '../graph/task.js';
import type { ClientRecord, SchedulerState, TaskRecord } from './state.js';

export function addCode(state: SchedulerState, client: ClientRecord, code: Readonly<Record<string, unknown>>): void {
  for (const hash in code) {
    const known = state.code.get(hash);
    if (known) known.clients.add(client);
    else state.code.set(hash, { payload: code[hash], clients: new Set([client]) });
  }
}

/** To be called when `client` is gone: what nobody has a use for goes with it, at the workers too. */
export function dropCode(state: SchedulerState, client: ClientRecord): void {
  for (const code of state.code.values()) code.clients.delete(client);
  if (![...state.code.values()].some(({ clients }) => clients.size === 0)) return;
  const named = new Set<string>();
  for (const task of state.tasks.values()) {
    for (const hash of payloadsOf(state, task)) {
      named.add(hash);
      // It may have gone to its worker with stand-ins that others have taken the place of since.
      if ((task.worker || task.ahead) && state.standIns.has(hash)) for (const given of state.given) named.add(given);
    }
  }
  const dropped: string[] = [];
  for (const [hash, standIns] of state.standIns) {
    if (named.has(hash)) named.add(standIns);
    else if (state.code.get(standIns)!.clients.size === 0) {
      state.standIns.delete(hash);
      dropped.push(insteadOf(hash));
    }
  }
  for (const [hash, { clients }] of state.code) {
    if (clients.size > 0 || named.has(hash)) continue;
    state.code.delete(hash);
    state.given.delete(hash);
    dropped.push(hash);
  }
  for (const { name, code } of state.workers.values()) {
    const names = dropped.filter((hash) => code.delete(hash));
    if (names.length > 0) state.instructions.push({ to: 'worker', name, message: { op: 'drop-code', names } });
  }
}

const nothing: readonly string[] = [];

/** The hashes that a task names: in its operation, `fn:HASH#name`, and beside it. */
export function codeOf({ op, code = nothing }: Pick<Task, 'op' | 'code'>): readonly string[] {
  return op.startsWith('fn:') ? [op.slice(3, op.indexOf('#')), ...code] : code;
}

/** The hashes of all that is loaded for a task: the code that it names, and its shipped arguments so far as is known. */
export function payloadsOf(state: SchedulerState, record: TaskRecord): readonly string[] {
  const own = state.arguments.size === 0 ? undefined : state.arguments.get(record);
  return own ? [...codeOf(record.task), ...own] : codeOf(record.task);
}

/** The name under which a worker finds the hash of the stand-ins that some code takes. */
export const insteadOf = (hash: string): string => `instead:${hash}`;

/** What a task needs beside the code that it names. */
export function standInsOf(state: SchedulerState, record: TaskRecord): readonly string[] {
  if (state.standIns.size === 0) return nothing;
  return payloadsOf(state, record).flatMap((hash) => {
    const standIns = state.standIns.get(hash);
    return standIns === undefined ? [] : [insteadOf(hash), standIns];
  });
}

const instead = insteadOf('');

/** What a worker is sent under a name. */
export const payloadOf = (state: SchedulerState, name: string): unknown =>
  name.startsWith(instead) ? state.standIns.get(name.slice(instead.length)) : state.code.get(name)?.payload;

/** Keeps a queued task back while code that it needs lacks something; tells whether it does. */
export function hold(state: SchedulerState, task: TaskRecord): boolean {
  if (state.lacking.size === 0) return false;
  const hash = payloadsOf(state, task).find((name) => state.lacking.has(name));
  if (hash === undefined) return false;
  state.lacking.get(hash)!.held.add(task);
  return true;
}
