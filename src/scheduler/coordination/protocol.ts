/**
 * What clients ask of the coordination primitives, and what becomes of it.
 *
 * Every request is answered exactly once, at once or later: by its value, or by an error (its time has expired, the thing
 * is closed). So a client whose time is up says so and waits for the one answer, which may still be the value: nothing is
 * lost between a queue that gives and a client that no longer listens.
 */
import type { Key } from '../../graph/task.js';
import type { ClientName, ErrorReport } from '../events.js';

/** What is put into a queue, variable or dataset: `{ __future: key }` in `data` stands for each of the futures `keys`. */
export interface Content {
  readonly data: unknown;
  readonly keys: readonly Key[];
}

/** Content on its way to a client: its keys are held until the client says `futures.received` with the receipt. */
export interface Delivery extends Content {
  readonly receipt: number;
}

/** When, in milliseconds since the epoch, and what. */
export type LoggedEvent = readonly [time: number, message: unknown];

interface Named {
  readonly name: string;
}
interface Limited extends Named {
  readonly maxLeases: number;
}
interface Leased extends Named {
  readonly lease: number;
}

/** What every method takes and gives. Requests for one thing name it; leases go by the id of the request that got them. */
export interface Methods {
  'queue.open': { args: Named & { readonly maxsize?: number }; value: null };
  'queue.put': { args: Named & { readonly content: Content }; value: null };
  /** `batch` true: all that is there; a count: waits for as many. Several come as one content whose data is an array. */
  'queue.get': { args: Named & { readonly batch?: number | true }; value: Delivery };
  'queue.qsize': { args: Named; value: number };
  'queue.close': { args: Named; value: null };
  'variable.set': { args: Named & { readonly content: Content }; value: null };
  'variable.get': { args: Named; value: Delivery };
  'variable.delete': { args: Named; value: null };
  'lock.acquire': { args: Named; value: number };
  'lock.release': { args: Leased; value: null };
  'lock.locked': { args: Named; value: boolean };
  'semaphore.acquire': { args: Limited; value: number };
  'semaphore.release': { args: Leased & Limited; value: null };
  'semaphore.getValue': { args: Limited; value: number };
  'event.wait': { args: Named; value: null };
  'event.set': { args: Named; value: null };
  'event.clear': { args: Named; value: null };
  'event.isSet': { args: Named; value: boolean };
  'dataset.publish': { args: Named & { readonly content: Content; readonly override: boolean }; value: null };
  'dataset.get': { args: Named; value: Delivery | null };
  'dataset.list': { args: object; value: readonly string[] };
  'dataset.unpublish': { args: Named; value: null };
  'events.log': { args: { readonly topics: readonly string[]; readonly message: unknown }; value: null };
  'events.get': {
    args: { readonly topic?: string };
    value: Readonly<Record<string, readonly LoggedEvent[]>>;
  };
  /** From now on, until it is unsubscribed or the client is gone, every event of the topic is a {@link Notice}. */
  'events.subscribe': { args: { readonly topic: string }; value: null };
  'events.unsubscribe': { args: { readonly topic: string }; value: null };
  'futures.received': { args: { readonly receipt: number }; value: null };
}
export type Method = keyof Methods;
export type MethodOf<K extends string> = Extract<Method, `${K}.${string}`>;

export interface Request<M extends Method = Method> {
  readonly client: ClientName;
  /** The client's own number for it. */
  readonly id: number;
  readonly method: M;
  readonly args: Methods[M]['args'];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the client is going to say that it has expired; 0 is answered at once. */
  readonly timeoutMs?: number;
}

export interface Reply {
  readonly client: ClientName;
  readonly id: number;
  readonly value?: unknown;
  readonly error?: ErrorReport;
}

/** An event for a client that has subscribed to its topic. */
export interface Notice {
  readonly client: ClientName;
  readonly topic: string;
  readonly event: LoggedEvent;
}

/** What the shell is to do: take hold of results, deliver replies and notices, and only then let go of results. */
export interface Outcome {
  readonly replies: readonly Reply[];
  readonly notices: readonly Notice[];
  readonly hold: readonly Key[];
  readonly drop: readonly Key[];
}

/** What one request led to, as the primitives write it down; a key is held once for every place where it lies. */
export interface Effects {
  readonly replies: Reply[];
  readonly notices: Notice[];
  readonly hold: Key[];
  readonly drop: Key[];
  readonly deliveries: { readonly client: ClientName; readonly receipt: number; readonly keys: readonly Key[] }[];
  /** Whether the client that asked is done with the thing. */
  isDone: boolean;
}

/** A kind of thing: what it is at first, what it answers, and what it does when those who wait or hold are gone. */
export interface Primitive<K extends string, State> {
  /** `by-name`: there are many, each as long as a client that has used it is there. `one`: a single one, for ever. */
  readonly lives: 'by-name' | 'one';
  create(name: string, args: object): State;
  readonly methods: { readonly [M in MethodOf<K>]: (state: State, request: Request<M>, effects: Effects) => void };
  /** Takes out the waiting requests that are `gone`, and serves those who can go on because of that. */
  withdraw?(state: State, gone: (request: Request) => boolean, effects: Effects): void;
  /** Takes back what `client` holds. */
  leave?(state: State, client: ClientName, effects: Effects): void;
  /** What lies in it, with a key as often as it does. */
  keysOf?(state: State): Iterable<Key>;
  /** Whether it is as if it had never been used. */
  isIdle?(state: State): boolean;
  /** Its state in words, for those who have waited in vain. */
  describe?(state: State): string;
}

export const noEffects = (): Effects => ({
  replies: [],
  notices: [],
  hold: [],
  drop: [],
  deliveries: [],
  isDone: false,
});

export function answer<M extends Method>(effects: Effects, request: Request<M>, value: Methods[M]['value']): void {
  effects.replies.push({ client: request.client, id: request.id, value });
}

export function refuse(
  effects: Effects,
  { client, id }: Request,
  name: 'InputError' | 'SheafError' | 'TimeoutError',
  message: string,
): void {
  effects.replies.push({ client, id, error: { name, message } });
}

/** Answers with `content`, whose keys are held for the client until it has said that it has them. */
export function deliver(
  effects: Effects,
  request: Request<'queue.get' | 'variable.get' | 'dataset.get'>,
  { data, keys }: Content,
): void {
  effects.hold.push(...keys);
  if (keys.length > 0) effects.deliveries.push({ client: request.client, receipt: request.id, keys });
  answer(effects, request, { data, keys, receipt: request.id });
}
