/**
 * Shipped code. A client sends each function once, so its code is kept while the client is there, and after that while a
 * known task names it.
 */
import type { Task } from '../graph/task.js';
import type { ClientRecord, SchedulerState } from './state.js';

export function addCode(state: SchedulerState, client: ClientRecord, code: Readonly<Record<string, unknown>>): void {
  for (const hash in code) {
    const known = state.code.get(hash);
    if (known) known.clients.add(client);
    else state.code.set(hash, { payload: code[hash], clients: new Set([client]) });
  }
}

/** To be called when `client` is gone: what nobody has a use for goes with it. */
export function dropCode(state: SchedulerState, client: ClientRecord): void {
  for (const code of state.code.values()) code.clients.delete(client);
  if (![...state.code.values()].some(({ clients }) => clients.size === 0)) return;
  const named = new Set<string>();
  for (const { task } of state.tasks.values()) for (const hash of codeOf(task)) named.add(hash);
  for (const [hash, { clients }] of state.code) {
    if (clients.size > 0 || named.has(hash)) continue;
    state.code.delete(hash);
    for (const worker of state.workers.values()) worker.code.delete(hash);
  }
}

const nothing: readonly string[] = [];

/** The hashes that a task names: in its operation, `fn:HASH#name`, and beside it. */
export function codeOf({ op, code = nothing }: Pick<Task, 'op' | 'code'>): readonly string[] {
  return op.startsWith('fn:') ? [op.slice(3, op.indexOf('#')), ...code] : code;
}
