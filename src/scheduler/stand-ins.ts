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
    const known = [...state.code].find(([, { keys: has, clients: givers }]) => {
      return has && [...givers].some((giver) => clients.has(giver)) && keys.every((key) => has.has(key));
    });
    if (known) state.standIns.set(hash, known[0]);
    else if (clients.size === 0) return false;
    else ask(state, clients, error, lacks);
  }
  if (!payloadsOf(state, task).includes(hash)) {
    const own = state.arguments.get(task);
    if (own) own.add(hash);
    else state.arguments.set(task, new Set([hash]));
  }
  transition(state, task, 'waiting', `its worker has not what ${hash} imports`);
  return true;
}

function ask(state: SchedulerState, clients: ReadonlySet<ClientRecord>, error: ErrorReport, lacks: Lacks): void {
  let lack = state.lacking.get(lacks.code);
  if (!lack) {
    lack = { error, keys: new Set(lacks.keys), asked: new Set(), held: new Set() };
    state.lacking.set(lacks.code, lack);
  }
  for (const client of clients) {
    if (lack.asked.has(client)) continue;
    lack.asked.add(client);
    const message = { op: 'need-imports', ...lacks, reason: error.message } as const;
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
  const keys = new Set(event.keys);
  const known = state.code.get(standIns);
  if (known) known.clients.add(client);
  else state.code.set(standIns, { payload, keys, clients: new Set([client]) });
  // What came earlier takes the new ones too, so that a class is the same one in all functions of a task.
  for (const [other, before] of state.standIns) {
    const { keys: had, clients } = state.code.get(before)!;
    if (before !== standIns && clients.has(client) && isSubset(had!, keys)) take(state, other, standIns);
  }
  for (const [other, lack] of state.lacking) {
    if (other !== hash && !(lack.asked.has(client) && isSubset(lack.keys, keys))) continue;
    take(state, other, standIns);
    settle(state, other, lack);
  }
}

const isSubset = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean =>
  [...part].every((key) => whole.has(key));

function take(state: SchedulerState, hash: string, standIns: string): void {
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

/** The last who was asked says no, and the tasks fail. */
function giveUp(state: SchedulerState, hash: string, client: ClientRecord, reason: string): void {
  const lack = state.lacking.get(hash);
  if (!lack?.asked.delete(client) || lack.asked.size > 0) return;
  state.lacking.delete(hash);
  const { lacks: _, ...error } = lack.error;
  const message = `${error.message}; nor can the function travel without it: ${reason}`;
  for (const task of lack.held) {
    if (task.state !== 'queued') continue;
    transition(state, task, 'erred', 'what it lacks cannot be had', { error: { ...error, key: task.key, message } });
  }
}
