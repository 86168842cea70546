/** The coordination primitives without a cluster: the requests of a test go straight to them. */
import { SharedState } from '../../src/client/coordination/shared-state.js';
import { Topics } from '../../src/client/coordination/topics.js';
import { Future } from '../../src/client/future.js';
import { replyError } from '../../src/client/requester.js';
import type { Key } from '../../src/graph/task.js';
import { Coordination } from '../../src/scheduler/coordination/coordination.js';
import type { Method, Methods, Notice, Outcome, Reply } from '../../src/scheduler/coordination/protocol.js';
import { type Deferred, deferred } from '../../src/util/deferred.js';

/** Asks a {@link Coordination}; `held` is what a scheduler would keep for it, which must never disagree. */
export class Desk {
  readonly coordination = new Coordination();
  readonly held = new Set<Key>();
  readonly replies: Reply[] = [];
  readonly notices: Notice[] = [];
  #nextId = 0;

  /** Sends a request of `client` and gives its id; what was answered because of it is at the end of `replies`. */
  ask<M extends Method>(client: string, method: M, args: Methods[M]['args'], timeoutMs?: number): number {
    const id = this.#nextId++;
    const request = { client, id, method, args, now: id, ...(timeoutMs !== undefined && { timeoutMs }) };
    this.apply(this.coordination.handle(request));
    return id;
  }

  expire(client: string, id: number): void {
    this.apply(this.coordination.expire({ client, id }));
  }

  remove(client: string): void {
    this.apply(this.coordination.removeClient(client));
  }

  apply({ replies, notices, hold, drop }: Outcome): void {
    for (const key of hold) {
      if (this.held.has(key)) throw new Error(`${key} is held already`);
      this.held.add(key);
    }
    for (const { client, id } of replies) {
      if (this.replies.some((other) => other.client === client && other.id === id)) throw new Error(`${id}: twice`);
    }
    this.replies.push(...replies);
    this.notices.push(...notices);
    for (const key of drop) if (!this.held.delete(key)) throw new Error(`${key} is not held`);
  }

  /** What a request has been answered with: its value, or its error in one line; undefined if not yet. */
  answerTo(id: number): unknown {
    const reply = this.replies.find((other) => other.id === id);
    return reply?.error ? `${reply.error.name}: ${reply.error.message}` : reply?.value;
  }
}

/** Clients at one desk, whose futures hold the texts `result of KEY`; `wanted` is how many handles there are by key. */
export class DeskClients {
  readonly desk = new Desk();
  readonly wanted = new Map<Key, number>();
  readonly #pending = new Map<number, Deferred<unknown>>();

  readonly #topics = new Map<string, Topics>();

  client(name: string): SharedState {
    const topics = new Topics();
    this.#topics.set(name, topics);
    return new DeskClient(this, name, topics);
  }

  request(client: string, method: string, args: object, timeoutMs?: number): Promise<unknown> {
    const answer = deferred<unknown>();
    const id = this.desk.ask(client, method as Method, structuredClone(args) as never, timeoutMs);
    this.#pending.set(id, answer);
    if (timeoutMs !== undefined) {
      const timer = setTimeout(() => this.settle(() => this.desk.expire(client, id)), timeoutMs);
      answer.promise.finally(() => clearTimeout(timer)).catch(() => {});
    }
    this.settle(() => {});
    return answer.promise;
  }

  future(key: Key): Future {
    this.wanted.set(key, (this.wanted.get(key) ?? 0) + 1);
    return new Future(
      {
        statusOf: () => 'finished',
        resultOf: async () => `result of ${key}`,
        whyNotDone: async () => 'it is there',
        errorOf: async () => undefined,
        whenDone: async () => {},
        cancel: async () => {},
        retry: async () => {},
        request: async () => null,
        future: (other) => this.future(other),
        release: () => this.wanted.set(key, this.wanted.get(key)! - 1),
      },
      key,
    );
  }

  remove(name: string): void {
    this.settle(() => this.desk.remove(name));
  }

  settle(change: () => void): void {
    change();
    for (const { id, value, error } of this.desk.replies) {
      if (error) this.#pending.get(id)?.reject(replyError(error));
      else this.#pending.get(id)?.resolve(structuredClone(value));
    }
    for (const { client, ...notice } of this.desk.notices.splice(0))
      this.#topics.get(client)?.receive({ op: 'event', ...notice });
  }
}

class DeskClient extends SharedState {
  readonly #clients: DeskClients;
  readonly #name: string;

  protected override readonly topics: Topics;

  constructor(clients: DeskClients, name: string, topics: Topics) {
    super();
    this.topics = topics;
    this.#clients = clients;
    this.#name = name;
  }

  override request(method: string, args: object, { timeoutMs }: { readonly timeoutMs?: number } = {}) {
    return this.#clients.request(this.#name, method, args, timeoutMs);
  }

  override future(key: Key): Future {
    return this.#clients.future(key);
  }
}
