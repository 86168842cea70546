/** A client of the simulation, which does what the ledger of client/ does. */
import type { Key } from '../../src/graph/task.js';
import type { Holder, ToClient } from '../../src/scheduler/events.js';

export type Outcome = 'pending' | 'erred' | 'cancelled' | { readonly value: unknown };

export interface Wanted {
  outcome: Outcome;
}

export interface SimulatedClient {
  readonly name: string;
  readonly wants: Map<Key, Wanted>;
  /** What it has let go of at some time: what it hears of such a key may be of the time before. */
  readonly released: Set<Key>;
  /** The code that it has sent. */
  readonly sent: Set<string>;
  /** Data on its way to a worker: what is sent next waits for it. */
  isHeld: boolean;
  readonly outbox: (() => void)[];
}

export const makeClient = (name: string): SimulatedClient => ({
  ...{ name, wants: new Map(), released: new Set<Key>(), sent: new Set<string>(), isHeld: false, outbox: [] },
});

/** Takes a message in; `read` is asked to fetch what is on workers. */
export function hear(
  { wants }: SimulatedClient,
  message: ToClient,
  read: (key: Key, from: Holder, entry: Wanted) => void,
): void {
  if (message.op === 'small-results') {
    message.keys.forEach((key, i) => {
      const entry = wants.get(key);
      if (entry?.outcome === 'pending') entry.outcome = { value: message.values[i] };
    });
  } else if (message.op === 'cancelled') {
    for (const key of message.keys) {
      const entry = wants.get(key);
      if (entry) entry.outcome = 'cancelled';
    }
  } else if (message.op === 'erred' || message.op === 'in-memory') {
    const entry = wants.get(message.key);
    if (entry?.outcome !== 'pending') return;
    if (message.op === 'erred') entry.outcome = 'erred';
    else read(message.key, message.holders[0]!, entry);
  }
}
