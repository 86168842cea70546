/** How many bytes messages have on the wire: as they are encoded, with the head of their frame. */
import type { Message } from '../../src/comm/channel.js';
import { encode } from '../../src/comm/codec.js';
import type { Assignment, Holder } from '../../src/scheduler/events.js';

/** Magic, length of the header, number of buffers; a length for each of those. */
const HEAD_BYTES = 12;
const LENGTH_BYTES = 8;

export function bytesOnWire(messages: readonly object[]): number {
  const { header, buffers } = encode(messages as readonly Message[]);
  return buffers.reduce((sum, { byteLength }) => sum + byteLength + LENGTH_BYTES, HEAD_BYTES + header.byteLength);
}

const holder = (i: number): Holder => ({
  worker: `w${100 + (i % 28)}-${10 + (i % 30)}`,
  address: `tcp://10.0.100.1:w100-${10 + (i % 30)}`,
});
const listBytes = (length: number): number =>
  bytesOnWire([{ op: 'x', holders: Array.from({ length }, (_, i) => holder(i)) }]);
/** Of one more holder in a list. */
const HOLDER_BYTES = (listBytes(101) - listBytes(1)) / 100;

interface Fields {
  readonly type?: string;
  readonly op?: string;
  readonly keys?: readonly string[];
  readonly tasks?: readonly Assignment[];
  readonly code?: object;
}

/**
 * The same, where messages that look alike are encoded once, since most differ in the digits of a key alone. Lists of
 * holders, which may be as long as there are workers, are counted.
 */
export function rememberingBytes(): (messages: readonly object[]) => number {
  const known = new Map<string, number>();
  return (messages) => {
    if (messages.some(isOneOfAKind)) return bytesOnWire(messages);
    const look = messages.map(lookOf).join(' ');
    let bytes = known.get(look);
    if (bytes === undefined) known.set(look, (bytes = bytesOnWire(messages.map(withOneHolder))));
    return bytes + HOLDER_BYTES * messages.reduce((sum, message) => sum + furtherHolders(message), 0);
  };
}

/** Graphs, and tasks whose parameters are data. */
const isOneOfAKind = ({ type, tasks }: Fields): boolean =>
  type === 'update-graph' || (tasks?.some(({ op }) => op === 'graph/ops.js#value') ?? false);

function lookOf({ type = '', op = type, keys, tasks, code }: Fields): string {
  const inner = tasks?.map((task) => `${task.op} ${task.deps?.length} ${Object.keys(task.holders ?? {}).length}`) ?? [];
  return `${op},${keys?.length},${keys?.[0]?.split('-')[0]},${inner},${code !== undefined}`;
}

function furtherHolders({ tasks }: Fields): number {
  let count = 0;
  for (const { holders } of tasks ?? []) for (const key in holders) count += holders[key]!.length - 1;
  return count;
}

function withOneHolder(message: Fields): object {
  if (!message.tasks) return message;
  const one = ({ holders, ...task }: Assignment) => ({
    ...task,
    ...(holders && {
      holders: Object.fromEntries(Object.entries(holders).map(([key, list]) => [key, list.slice(0, 1)])),
    }),
  });
  return { ...message, tasks: message.tasks.map(one) };
}
