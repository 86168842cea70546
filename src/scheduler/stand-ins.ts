/**
 * Where a worker cannot import a module of the user's that shipped code names, the client is asked for the values, and
 * tasks that need the code are held in the queue until they are there. So nobody ever hears of a failure that can be
 * helped, and however many tasks there are, the values come once and go to each worker once.
 *
 * A worker that has stand-ins for some code never says that the code lacks anything, so a task is put back only if it was
 * sent there before, and none goes round for ever.
 */
import { insteadOf, payloadsOf } from './code.js';
import type { ErrorReport, EventOf, Lacks } from './events.js';
import { enqueue } from './queues.js';
import type { ClientRecord, Lack, SchedulerState, TaskRecord } from './state.js';
import { transition } from './transitions.js';

/** Puts a task back whose code, or whose arguments, lack something; tells whether there is hope. */
export function standIn(state: SchedulerState, task: TaskRecord, error: ErrorReport, lacks: Lacks): boolean {
  const { code: hash, keys } = lacks;
  if (!state.standIns.has(hash)) {
    const clients = clientsFor(state, task, hash);
    const known = givenBy(state, clients, keys);
    if (known !== undefined) state.standIns.set(hash, known);
    else if (clients.size === 0) return false;
    else {
      const lack = state.lacking.get(hash) ?? newLack(error, lacks);
      state.lacking.set(hash, lack);
      ask(state, lack, clients);
    }
  }
  if (!payloadsOf(state, task).includes(hash)) {
    const own = state.arguments.get(task);
    if (own) own.add(hash);
    else state.arguments.set(task, new Set([hash]));
  }
  transition(state, task, 'waiting', `its worker has not what ${hash} imports`);
  return true;
}

/** Stand-ins of one of these clients for all these imports; the last ones have all that came before, too. */
const givenBy = (state: SchedulerState, clients: ReadonlySet<ClientRecord>, keys: readonly string[]) =>
  [...state.given].findLast((standIns) => {
    const { keys: has, clients: givers } = state.code.get(standIns)!;
    return [...givers].some((giver) => clients.has(giver)) && keys.every((key) => has!.has(key));
  });

const newLack = (error: ErrorReport, { code, keys, module }: Lacks): Lack => ({
  ...{ code, keys: new Set(keys), module, error },
  ...{ asked: new Set(), refused: new Set(), held: new Set() },
});

function ask(state: SchedulerState, lack: Lack, clients: Iterable<ClientRecord>): void {
  const { code, module, asked, refused, error } = lack;
  for (const client of clients) {
    if (asked.has(client) || refused.has(client)) continue;
    asked.add(client);
    const message = { op: 'need-imports', code, keys: [...lack.keys], module, reason: error.message } as const;
    state.instructions.push({ to: 'client', name: client.name, message });
  }
}

/** Who may have the values: those who sent the code, or else, as arguments come with a task, who waits for it. */
function clientsFor(state: SchedulerState, task: TaskRecord, hash: string): ReadonlySet<ClientRecord> {
  const senders = [...(state.code.get(hash)?.clients ?? [])];
  const clients = new Set(senders);
  if (clients.size > 0) return clients;
  const waiters = new Set([task]);
  for (const waiter of waiters) {
    for (const client of waiter.clients) if (!client.isAbsent) clients.add(client);
    for (const next of waiter.waiters) waiters.add(next);
  }
  return clients;
}

export function giveImports(state: SchedulerState, event: EventOf<'give-imports'>): void {
  const client = state.clients.get(event.client);
  if (!client) return;
  const { code: hash, standIns, payload } = event;
  const known = state.code.get(standIns);
  const keys = known?.keys ?? new Set(event.keys);
  const isNew = !known?.clients.has(client);
  if (known) known.clients.add(client);
  else state.code.set(standIns, { payload, keys, clients: new Set([client]) });
  state.given.add(standIns);
  // What came earlier takes the new ones too, so that a class is the same one in all functions of a task.
  for (const [other, before] of isNew ? state.standIns : []) {
    const { keys: had, clients } = state.code.get(before)!;
    if (before !== standIns && clients.has(client) && isSubset(had!, keys)) take(state, other, standIns);
  }
  take(state, hash, standIns);
  for (const [other, lack] of state.lacking) {
    if (other !== hash && !(lack.asked.has(client) && isSubset(lack.keys, keys))) continue;
    take(state, other, standIns);
    settle(state, other, lack);
  }
}

const isSubset = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean =>
  [...part].every((key) => whole.has(key));

function take(state: SchedulerState, hash: string, standIns: string): void {
  if (state.standIns.get(hash) === standIns) return;
  state.standIns.set(hash, standIns);
  for (const { code } of state.workers.values()) code.delete(insteadOf(hash));
}

function settle(state: SchedulerState, hash: string, lack: Lack): void {
  state.lacking.delete(hash);
  for (const task of lack.held) if (task.state === 'queued') enqueue(state, task);
}

export function refuseImports(state: SchedulerState, { client: name, code, reason }: EventOf<'refuse-imports'>): void {
  const client = state.clients.get(name);
  if (client) giveUp(state, code, client, reason);
}

/** To be called when `client` is gone. */
export function askNoMore(state: SchedulerState, client: ClientRecord): void {
  for (const hash of [...state.lacking.keys()]) giveUp(state, hash, client, `client ${client.name} left`);
}

/** When the last who was asked says no, others may have come that can help; else the tasks fail. */
function giveUp(state: SchedulerState, hash: string, client: ClientRecord, reason: string): void {
  const lack = state.lacking.get(hash);
  if (!lack?.asked.delete(client)) return;
  lack.refused.add(client);
  if (lack.asked.size > 0) return;
  for (const task of lack.held) if (task.state === 'queued') ask(state, lack, clientsFor(state, task, hash));
  if (lack.asked.size > 0) return;
  state.lacking.delete(hash);
  const { lacks: _, ...error } = lack.error;
  const message = `${error.message}; nor can the function travel without it: ${reason}`;
  for (const task of lack.held) {
    if (task.state !== 'queued') continue;
    transition(state, task, 'erred', 'what it lacks cannot be had', { error: { ...error, key: task.key, message } });
  }
}
