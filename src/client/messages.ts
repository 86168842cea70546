/** What the scheduler tells a client of its futures, put down in the ledger. */
import type { Message } from '../comm/comm.js';
import type { ToClient } from '../scheduler/events.js';
import { warn } from '../util/warnings.js';
import { CancelledError, TaskError } from './future.js';
import { type Entry, type Ledger, reopen, settle } from './ledger.js';
import { linesOf } from './site.js';

const siteOf = ({ site }: Entry): readonly string[] => (site ? linesOf(site) : []);

export const receive: Readonly<Record<string, (ledger: Ledger, message: Message) => void>> = {
  'small-results': (ledger, message) => {
    const { keys, values } = message as unknown as Extract<ToClient, { op: 'small-results' }>;
    for (let i = 0; i < keys.length; i++) {
      const entry = ledger.get(keys[i]!);
      if (entry) settle(entry, 'finished', { where: { small: values[i] } });
    }
  },
  'in-memory': (ledger, message) => {
    const { key, holders, nbytes } = message as unknown as Extract<ToClient, { op: 'in-memory' }>;
    const entry = ledger.get(key);
    if (entry) settle(entry, 'finished', { where: { holders, nbytes } });
  },
  erred: (ledger, message) => {
    const { key, error } = message as unknown as Extract<ToClient, { op: 'erred' }>;
    const entry = ledger.get(key);
    if (!entry) return;
    if (entry.status === 'finished') reopen(entry); // it was there, and is lost for good
    settle(entry, 'error', { error: new TaskError(key, error, siteOf(entry)) });
  },
  cancelled: (ledger, message) => {
    const { keys, reason } = message as unknown as Extract<ToClient, { op: 'cancelled' }>;
    for (const key of keys) {
      const entry = ledger.get(key);
      if (!entry) continue;
      if (entry.status !== 'pending') reopen(entry);
      settle(entry, 'cancelled', { error: new CancelledError(`task ${key} was cancelled: ${reason}`) });
    }
  },
  warning: (_ledger, { text }) => warn('UserWarning', String(text)),
};
