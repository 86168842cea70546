/**
 * The coordination primitives of a cluster behind one entry: requests of clients in, answers and holds on results out.
 * Without I/O, clock or randomness, like the scheduler.
 */
import type { Key } from '../../graph/task.js';
import type { ClientName } from '../events.js';
import { dataset } from './datasets.js';
import { event } from './event.js';
import { events } from './event-log.js';
import { lock } from './lock.js';
import { answer, type Effects, noEffects, type Outcome, type Primitive, type Request, refuse } from './protocol.js';
import { queue } from './queue.js';
import { semaphore } from './semaphore.js';
import { variable } from './variable.js';

// biome-ignore lint/suspicious/noExplicitAny: what a thing's state is, only its primitive knows
type AnyPrimitive = Primitive<any, any>;

const primitives: Readonly<Record<string, AnyPrimitive>> = {
  ...{ queue, variable, lock, semaphore, event, dataset, events },
};
const methods = Object.values(primitives).flatMap((primitive) => Object.keys(primitive.methods));

interface Thing {
  readonly id: string;
  readonly primitive: AnyPrimitive;
  readonly state: unknown;
  /** The clients that have used it and are still there. */
  readonly users: Set<ClientName>;
}

interface Waiting {
  readonly request: Request;
  readonly thing: Thing;
}

export class Coordination {
  readonly #things = new Map<string, Thing>();
  /** The requests that have no answer yet, by client and id. */
  readonly #waiting = new Map<ClientName, Map<number, Waiting>>();
  /** What was delivered and the client has not taken into its hands yet, by client and receipt. */
  readonly #underWay = new Map<ClientName, Map<number, readonly Key[]>>();
  /** In how many places each key lies. */
  readonly #places = new Map<Key, number>();

  /** A request of a client; an unknown method is answered with the list of those that exist. */
  handle(request: Request): Outcome {
    const effects = noEffects();
    const [kind, method] = [request.method.split('.')[0]!, request.method];
    if (method === 'futures.received') this.#receive(request as Request<'futures.received'>, effects);
    else if (Object.hasOwn(primitives, kind) && Object.hasOwn(primitives[kind]!.methods, method)) {
      const thing = this.#thingFor(primitives[kind]!, kind, request);
      entryOf(this.#waiting, request.client).set(request.id, { request, thing });
      (thing.primitive.methods as Record<string, Handler>)[method]!(thing.state, request, effects);
      this.#settle(effects);
      if (effects.isDone) this.#part(thing, request.client, effects);
      if (request.timeoutMs === 0) this.#expire(request.client, request.id, effects);
      this.#tidy(thing, effects);
    } else {
      refuse(
        effects,
        request,
        'InputError',
        `there is no method ${method} of the cluster; there are ${methods.join(', ')}`,
      );
    }
    return this.#outcome(effects);
  }

  /** The time of a request is up; when it has been answered meanwhile, nothing happens. */
  expire({ client, id }: { readonly client: ClientName; readonly id: number }): Outcome {
    const effects = noEffects();
    this.#expire(client, id, effects);
    return this.#outcome(effects);
  }

  /** `client` is gone: what it waits for is dropped, what it holds goes to the next, what nobody else uses ends. */
  removeClient(client: ClientName): Outcome {
    const effects = noEffects();
    for (const keys of this.#underWay.get(client)?.values() ?? []) effects.drop.push(...keys);
    this.#underWay.delete(client);
    this.#waiting.delete(client);
    for (const thing of this.#things.values()) {
      if (thing.users.has(client)) this.#part(thing, client, effects);
    }
    return this.#outcome(effects);
  }

  /** All keys that are held now, for checks. */
  get heldKeys(): Key[] {
    return [...this.#places.keys()];
  }

  #thingFor(primitive: AnyPrimitive, kind: string, { client, args }: Request): Thing {
    const name = primitive.lives === 'one' ? '' : (args as { readonly name: string }).name;
    const id = `${kind} ${name}`;
    let thing = this.#things.get(id);
    if (!thing)
      this.#things.set(id, (thing = { id, primitive, state: primitive.create(name, args), users: new Set() }));
    thing.users.add(client);
    return thing;
  }

  #expire(client: ClientName, id: number, effects: Effects): void {
    const waiting = this.#waiting.get(client)?.get(id);
    if (!waiting) return;
    const { request, thing } = waiting;
    thing.primitive.withdraw!(thing.state, (other) => other === request, effects);
    const state = thing.primitive.describe!(thing.state);
    refuse(effects, request, 'TimeoutError', `${request.method} waited ${request.timeoutMs} ms in vain: ${state}`);
    this.#settle(effects);
    this.#tidy(thing, effects);
  }

  /** `client` does not use `thing` any more: it is gone, with all that it waits for, or it has closed the thing. */
  #part(thing: Thing, client: ClientName, effects: Effects): void {
    for (const { request, thing: wanted } of this.#waiting.get(client)?.values() ?? []) {
      if (wanted === thing)
        refuse(effects, request, 'SheafError', `${thing.id} was closed while ${request.method} waited`);
    }
    thing.primitive.withdraw?.(thing.state, (request) => request.client === client, effects);
    thing.primitive.leave?.(thing.state, client, effects);
    thing.users.delete(client);
    this.#settle(effects);
    this.#tidy(thing, effects);
  }

  /** Forgets a thing that nobody uses, and one that is as if it were new. */
  #tidy(thing: Thing, effects: Effects): void {
    const { lives, keysOf, isIdle } = thing.primitive;
    if (lives === 'one' || (thing.users.size > 0 && !isIdle?.(thing.state))) return;
    if (!this.#things.delete(thing.id)) return;
    effects.drop.push(...(keysOf?.(thing.state) ?? []));
  }

  #receive(request: Request<'futures.received'>, effects: Effects): void {
    const underWay = this.#underWay.get(request.client);
    effects.drop.push(...(underWay?.get(request.args.receipt) ?? []));
    underWay?.delete(request.args.receipt);
    answer(effects, request, null);
  }

  /** What has been answered does not wait any more. */
  #settle({ replies }: Effects): void {
    for (const { client, id } of replies) this.#waiting.get(client)?.delete(id);
  }

  #outcome(effects: Effects): Outcome {
    this.#settle(effects);
    for (const { client, receipt, keys } of effects.deliveries) entryOf(this.#underWay, client).set(receipt, keys);
    return { replies: effects.replies, notices: effects.notices, ...this.#count(effects) };
  }

  /** Counts the places of keys, and tells which came to have one and which have none any more. */
  #count(effects: Effects): { readonly hold: Key[]; readonly drop: Key[] } {
    const before = new Map<Key, boolean>();
    const change = (key: Key, by: number) => {
      const places = this.#places.get(key) ?? 0;
      if (!before.has(key)) before.set(key, places > 0);
      if (places + by === 0) this.#places.delete(key);
      else this.#places.set(key, places + by);
    };
    for (const key of effects.hold) change(key, 1);
    for (const key of effects.drop) change(key, -1);
    const changed = [...before.keys()].filter((key) => before.get(key) !== this.#places.has(key));
    return {
      hold: changed.filter((key) => this.#places.has(key)),
      drop: changed.filter((key) => !this.#places.has(key)),
    };
  }
}

type Handler = (state: unknown, request: Request, effects: Effects) => void;

function entryOf<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (!map) maps.set(key, (map = new Map()));
  return map;
}
