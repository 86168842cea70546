/** The user's end of an actor: calls go straight to the worker on which it lives. */
import { inspect } from 'node:util';
import { PeerLostError, type Peers } from '../cluster/peers.js';
import { proxyHooks } from '../shipping/ship.js';
import { InputError, SheafError, TimeoutError } from '../util/errors.js';
import type { ActorCall, ActorReference } from '../worker/actors.js';
import { copyOf } from './coordination/content.js';
import { Future, TaskError } from './future.js';
import { type CallSite, callSite, linesOf } from './site.js';

/** The actor is gone, with the worker or the thread on which it lived, and its state with it. */
export class ActorLostError extends SheafError {
  override readonly name = 'ActorLostError';
}

/**
 * What a call of an actor will give: a promise of it. Unlike the result of a task it is nobody's but the caller's, and
 * cannot be an argument of tasks.
 *
 * @example
 * await using client = new Client();
 * class Doubler {
 *   double(x: number): number {
 *     return 2 * x;
 *   }
 * }
 * const doubler = await client.submit(Doubler, { actor: true });
 * const six = doubler.double(3);
 * await six.result(60_000); // 6
 * six.done; // true
 */
export class ActorFuture<T> extends Promise<T> {
  /** What is chained to it is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #done = false;

  /** Of `promise`, from when it is made. */
  static of<T>(promise: Promise<T>): ActorFuture<T> {
    const future = new ActorFuture<T>((resolve, reject) => promise.then(resolve, reject));
    const end = () => {
      future.#done = true;
    };
    promise.then(end, end);
    return future;
  }

  /** Whether the call has come to an end, good or bad. */
  get done(): boolean {
    return this.#done;
  }

  /** The value; rejects with {@link TaskError} when the method threw, with TimeoutError after `timeoutMs`. */
  result(timeoutMs?: number): Promise<T> {
    if (timeoutMs === undefined) return this.then((value) => value);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new TimeoutError(`the actor has not answered after ${timeoutMs} ms`)),
        timeoutMs,
      );
      this.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

/**
 * An actor as its clients see it: methods return futures, and so do fields. Calls begin in the order in which they were
 * made; one that awaits lets others in, as with any object. The actor lives while there are handles or futures of it. A task
 * that is given its future, or a handle, gets a handle of its own.
 *
 * @example
 * class Counter {
 *   n = 0;
 *   add(by: number): number {
 *     return (this.n += by);
 *   }
 * }
 * await using client = new Client();
 * const counter: ActorHandle<Counter> = await client.submit(Counter, { actor: true });
 * await Promise.all([counter.add(1), counter.add(10)]); // [1, 11]
 * await counter.n; // 11
 * await client.submit((one: ActorHandle<Counter>) => one.add(100), counter); // 111
 */
export type ActorHandle<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => ActorFuture<Awaited<R>>
    : ActorFuture<Awaited<T[K]>>;
};

/** What a handle needs of its client. */
export interface ActorOwner {
  readonly peers: Peers;
  hold<T>(promise: Promise<T>): Promise<T>;
}

/** What is shown of a handle, and what it holds on to. */
class Actor {
  readonly className: string;
  readonly key: string;
  readonly worker: string;
  readonly #owner: ActorOwner;
  readonly #reference: ActorReference;
  /** While there is a future of it, the cluster keeps the actor. */
  readonly #future: Future;

  constructor(owner: ActorOwner, reference: ActorReference, future: Future) {
    ({ className: this.className, __actor: this.key, worker: this.worker } = reference);
    this.#owner = owner;
    this.#reference = reference;
    this.#future = future;
  }

  toString(): string {
    return `ActorHandle(${this.className}) { key: '${this.key}', worker: '${this.worker}' }`;
  }

  call(call: ActorCall, site: CallSite): ActorFuture<unknown> {
    return ActorFuture.of(this.#owner.hold(this.#call(call, site)));
  }

  async #call(call: ActorCall, site: CallSite): Promise<unknown> {
    const { address } = this.#reference;
    const { key } = this.#future;
    const sent = address.startsWith('inproc:') ? copyOf(call) : call;
    const answer = await this.#owner.peers.request(address, { op: 'call-actor', key, call: sent }).catch((cause) => {
      if (!(cause instanceof PeerLostError)) throw cause;
      throw new ActorLostError(`the actor ${key} is lost: its worker ${this.worker} is gone`, { cause });
    });
    if ('value' in answer) return answer.value;
    const { error } = answer;
    if (error.name === 'ActorLostError') throw new ActorLostError(`the actor ${key} is lost: ${error.message}`);
    throw new TaskError(key, error, linesOf(site));
  }
}

/** Of a class, so that a handle is not taken for a plain object, all of which without fields are equal. */
class Shown {}

const futures = new WeakMap<object, Future>();

/** The future of the actor, where `value` is a handle. */
export const futureOfHandle = (value: unknown): Future | undefined => futures.get(value as object);

/** `future` is the handle's own. */
export function actorHandle(owner: ActorOwner, reference: ActorReference, future: Future): ActorHandle<unknown> {
  const actor = new Actor(owner, reference, future);
  const methods = new Map(reference.methods.map((name) => [name, methodOf(actor, name)]));
  // Who looks at a proxy in a debugger or on a console sees what stands behind it.
  const shown = Object.defineProperty(new Shown(), inspect.custom, { value: () => actor.toString() });
  const handle = new Proxy(shown, {
    get(_shown, name) {
      if (name === inspect.custom) return () => actor.toString();
      if (typeof name === 'symbol' || name === 'then' || name === 'constructor') return undefined; // no promise itself
      const method = methods.get(name);
      if (method) return method;
      const field = actor.call({ field: name }, callSite(undefined));
      field.catch(() => {}); // a debugger that looks at it awaits nothing
      return field;
    },
  }) as unknown as ActorHandle<unknown>;
  proxyHooks.set(handle, `it is an actor (${actor.key}): give it as an argument, and the function gets a handle on it`);
  futures.set(handle, future);
  return handle;
}

function methodOf(actor: Actor, method: string): (...args: readonly unknown[]) => Promise<unknown> {
  const call = (...args: readonly unknown[]): ActorFuture<unknown> => {
    const site = callSite(call);
    const future = args.find((arg) => arg instanceof Future);
    if (!future) return actor.call({ method, args }, site);
    const refusal = new InputError(`${actor.className}.${method} was given a future: await it, and give its value`);
    return ActorFuture.of(Promise.reject(refusal));
  };
  return call;
}
