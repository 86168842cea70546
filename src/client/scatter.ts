/**
 * Data that goes from the client to workers: its keys, who takes what, and the sending. Workers get it directly; the
 * scheduler only hears where it is.
 */
import { randomUUID } from 'node:crypto';
import { PeerLostError, type Peers } from '../cluster/peers.js';
import type { SchedulerInfo, WorkerInfo } from '../cluster/scheduler-info.js';
import type { Key } from '../graph/task.js';
import { InputError, SheafError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { checkOptionNames } from '../util/options.js';
import type { Future } from './future.js';

export interface ScatterOptions {
  /** Names, addresses or hosts of the workers that take it; default: all, by their threads in turn. */
  readonly workers?: string | readonly string[];
  /** Whether every worker gets a copy (default false). */
  readonly broadcast?: boolean;
  /** Whether equal data has equal keys, and is sent once (default true). */
  readonly hash?: boolean;
}

/** The shape of what was given, with a future in place of each value. */
export type Scattered<T> = T extends readonly (infer I)[]
  ? Future<I>[]
  : T extends Whole
    ? Future<T>
    : { readonly [K in keyof T]: Future<T[K]> };

/** What is one value, though it may have items. */
type Whole =
  | ArrayBufferView
  | ArrayBufferLike
  | Date
  | Error
  | RegExp
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ((...args: never[]) => unknown)
  | (string | number | bigint | boolean | symbol | null | undefined);

export function checkScatterOptions(options: ScatterOptions): void {
  checkOptionNames('scatter', options, ['workers', 'broadcast', 'hash']);
  for (const name of ['broadcast', 'hash'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'boolean')
      throw new InputError(`scatter: ${name} must be true or false, but it is ${String(options[name])}`);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** Puts what `place` gives for each value where the value was: the items of an array or plain object, or `data` itself. */
export function mapShape(data: unknown, place: (value: unknown) => unknown): unknown {
  if (Array.isArray(data)) return data.map(place);
  if (!isPlain(data)) return place(data);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, place(value)]));
}

/** The name of a value: by its content, or its own. */
export function scatterKey(value: unknown, byContent: boolean): Key {
  const kind =
    typeof value === 'object' && value !== null
      ? (value.constructor?.name ?? 'Object')
      : value === null
        ? 'null'
        : typeof value;
  try {
    if (byContent) return `${kind}-${contentHash(value)}`;
  } catch {} // what has no content hash has a name of its own
  return `${kind}-${randomUUID()}`;
}

/** The workers that may take data: those named, or all that run. */
export function takersOf({ workers }: SchedulerInfo, names: ScatterOptions['workers']): WorkerInfo[] {
  const running = workers.filter(({ status }) => status === 'running');
  if (names === undefined) return running;
  return [names].flat().flatMap((name) => {
    const found = running.filter((worker) => [worker.name, worker.address, worker.host].includes(name as string));
    if (found.length > 0) return found;
    throw new InputError(
      `scatter: there is no worker ${name}; there are ${running.map((worker) => worker.name).join(', ') || 'none'}`,
    );
  });
}

/** Round robin, with as many turns for a worker as it has threads; `turn` is where it begins. */
export function shareOut(keys: readonly Key[], workers: readonly WorkerInfo[], turn: number): Map<WorkerInfo, Key[]> {
  const turns = workers.flatMap((worker) => Array<WorkerInfo>(worker.nthreads).fill(worker));
  const shares = new Map<WorkerInfo, Key[]>();
  keys.forEach((key, i) => {
    const worker = turns[(turn + i) % turns.length]!;
    const share = shares.get(worker);
    if (share) share.push(key);
    else shares.set(worker, [key]);
  });
  return shares;
}

/** What a worker took: as many bytes as it counts. Undefined when the worker went away. */
export async function putAll(
  peers: Peers,
  { address }: WorkerInfo,
  keys: readonly Key[],
  values: ReadonlyMap<Key, unknown>,
): Promise<number[] | undefined> {
  const detach = address.startsWith('inproc:') ? shared : (value: unknown) => value;
  try {
    return await Promise.all(
      keys.map(async (key) => {
        const answer = await peers.request(address, { op: 'put-data', key, value: detach(values.get(key)) });
        if ('error' in answer) throw new SheafError(answer.error.message);
        return answer.value as number;
      }),
    );
  } catch (error) {
    if (error instanceof PeerLostError) return undefined;
    throw error;
  }
}

/**
 * A copy as another process would get it: nobody sees later changes of what was given, and all threads share its arrays.
 */
export function shared(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const { buffer, byteOffset, byteLength } = value;
    if (buffer instanceof SharedArrayBuffer) return value;
    const bytes = new Uint8Array(new SharedArrayBuffer(byteLength));
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    // A Buffer is a Uint8Array to whoever gets it.
    const Type = (value instanceof Uint8Array ? Uint8Array : value.constructor) as new (
      buffer: SharedArrayBuffer,
    ) => unknown;
    return new Type(bytes.buffer as SharedArrayBuffer);
  }
  if (Array.isArray(value)) return value.map(shared);
  if (isPlain(value)) return mapShape(value, shared);
  return structuredClone(value);
}
