/** What happens on a cluster, as lines of JSON in a file: who came and went, what was submitted, what became of each task. */
import { createWriteStream, openSync } from 'node:fs';
import type { EventOf, SchedulerEvent } from '../scheduler/events.js';
import { InputError } from '../util/errors.js';
import { warn } from '../util/warnings.js';

export interface EventLog {
  write(events: readonly SchedulerEvent[]): void;
  /** Something that is no event of the scheduler, such as a signal. */
  note(event: string, fields?: object): void;
  /** Resolves when all that was written is in the file. */
  close(): Promise<void>;
}

type Lines<K extends SchedulerEvent['type']> = (event: EventOf<K>) => readonly object[];

/** What is told of each event; the others are not told of. */
const tellers: { readonly [K in SchedulerEvent['type']]?: Lines<K> } = {
  'add-worker': ({ worker, address, host, nthreads }) => [{ worker, address, host, nthreads }],
  'remove-worker': ({ worker, reason }) => [{ worker, reason }],
  'worker-status': ({ worker, status }) => [{ worker, status }],
  'retire-worker': ({ worker }) => [{ worker }],
  'add-client': ({ client, isAbsent }) => (isAbsent ? [] : [{ client }]),
  'remove-client': ({ client }) => [{ client }],
  'update-graph': ({ client, graph, keys }) => [{ client, layers: graph.layers.length, keys: keys?.length }],
  'cancel-keys': ({ client, keys }) => [{ client, keys }],
  'task-done': ({ worker, key, ms, nbytes }) => [{ key, worker, ms, nbytes }],
  'tasks-done': ({ worker, keys, ms, nbytes }) =>
    keys.map((key, i) => ({ event: 'task-done', key, worker, ms: ms[i], nbytes: nbytes[i] })),
  'task-erred': ({ worker, key, error }) => [{ key, worker, error: `${error.name}: ${error.message}` }],
  restart: ({ reason }) => [{ reason }],
};

/**
 * The lines of `events`, each an object with its `time` (ISO 8601) and `event`; `origin` is when the clock of the events began.
 *
 * @example
 * linesOf([{ type: 'remove-client', now: 1, client: 'c' }], 0);
 * // ['{"time":"1970-01-01T00:00:00.001Z","event":"remove-client","client":"c"}']
 */
export function linesOf(events: readonly SchedulerEvent[], origin: number): string[] {
  return events.flatMap((event) => {
    const tell = tellers[event.type] as ((event: SchedulerEvent) => readonly object[]) | undefined;
    const time = new Date(origin + event.now).toISOString();
    return (tell?.(event) ?? []).map((fields) => JSON.stringify({ time, event: event.type, ...fields }));
  });
}

/** A log in `file`, which is made anew. Raises {@link InputError} where it cannot be. */
export function openEventLog(file: string): EventLog {
  let fd: number;
  try {
    fd = openSync(file, 'w');
  } catch (cause) {
    throw new InputError(`the event log ${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  const stream = createWriteStream(file, { fd });
  // A full disk is no reason to end a cluster: the log ends there.
  stream.on('error', ({ message }) => warn('UserWarning', `the event log ${file} ends here: ${message}`));
  const write = (lines: readonly string[]) => {
    if (lines.length > 0 && stream.writable) stream.write(`${lines.join('\n')}\n`);
  };
  return {
    write: (events) => write(linesOf(events, performance.timeOrigin)),
    note: (event, fields = {}) => write([JSON.stringify({ time: new Date().toISOString(), event, ...fields })]),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
