import type { Key } from '../../graph/task.js';
import type { LoggedEvent } from '../../scheduler/coordination/protocol.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import type { Future } from '../future.js';
import { call, type Requester } from '../requester.js';
import { checkName } from './checks.js';
import { copyOf, receive, send } from './content.js';
import type { EventHandler, Topics } from './topics.js';

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));

export interface PublishOptions {
  /** Whether it may take the place of another one of that name. */
  readonly override?: boolean;
}

/** What all clients of a cluster see alike: published datasets, and events that were logged. */
export abstract class SharedState implements Requester {
  abstract request(method: string, args: object, options?: { readonly timeoutMs?: number }): Promise<unknown>;
  abstract future(key: Key): Future;
  protected abstract readonly topics: Topics;

  /**
   * Publishes `value` under a name for all clients, until it is unpublished: the results of futures in it, in arrays,
   * plain objects, Maps and Sets, are kept although this client leaves. Of `{ name: value, ... }` each is published under its
   * name, in their order. Rejects with {@link InputError} when a name is taken and `override` is not given.
   *
   * @example
   * await using client = new Client();
   * await client.publishDataset('grid', { gammas: [1e-3, 1e-4] });
   * await client.listDatasets(); // ['grid']
   * await client.getDataset('grid'); // { gammas: [1e-3, 1e-4] }
   * await client.unpublishDataset('grid');
   * await client.publishDataset({ folds: 5, seed: client.submit(() => 42) });
   * await client.getDataset('seed'); // 42
   */
  publishDataset(name: string, value: unknown, options?: PublishOptions): Promise<void>;
  publishDataset(datasets: Readonly<Record<string, unknown>>, options?: PublishOptions): Promise<void>;
  async publishDataset(given: unknown, ...rest: readonly unknown[]): Promise<void> {
    const isMany = isPlainObject(given);
    const datasets = isMany ? Object.entries(given) : [[given as string, rest[0]] as const];
    const options = (rest[isMany ? 0 : 1] ?? {}) as PublishOptions;
    for (const [name] of datasets) checkName('dataset', name);
    checkOptionNames('publishDataset', options, ['override']);
    const { override = false } = options;
    const publish = ([name, value]: readonly [string, unknown]) =>
      send(this, value, (content) => call(this, 'dataset.publish', { name, content, override }));
    await Promise.all(datasets.map(publish));
  }

  /**
   * What was published under a name, with futures of this client in it; a future that was published alone comes as its
   * result. Rejects with {@link InputError} when there is none, naming those that are.
   */
  async getDataset<T = unknown>(name: string): Promise<T> {
    checkName('dataset', name);
    const delivery = await call(this, 'dataset.get', { name });
    if (delivery) return (await receive(this, { ...delivery, data: copyOf(delivery.data) })) as T;
    const names = (await this.listDatasets()).join(', ') || 'none';
    throw new InputError(`there is no dataset ${name}; published are: ${names}`);
  }

  /** The names of all published datasets, sorted. */
  async listDatasets(): Promise<string[]> {
    return [...(await call(this, 'dataset.list', {}))];
  }

  /** Lets go of a published dataset; rejects with {@link InputError} when there is none of that name. */
  async unpublishDataset(name: string): Promise<void> {
    checkName('dataset', name);
    await call(this, 'dataset.unpublish', { name });
  }

  /**
   * Logs a message under a topic, or under several. The scheduler keeps the last 10,000 of each topic, with their times.
   *
   * @example
   * await using client = new Client();
   * await client.logEvent('epochs', { loss: 0.5 });
   * (await client.getEvents('epochs')).map(([, message]) => message); // [{ loss: 0.5 }]
   */
  async logEvent(topic: string | readonly string[], message: unknown): Promise<void> {
    const topics: readonly string[] = Array.isArray(topic) ? topic : [topic];
    for (const name of topics) checkName('topic', name);
    await call(this, 'events.log', { topics, message: copyOf(message) });
  }

  /** The events of a topic, oldest first, as `[milliseconds since the epoch, message]`; without one, of all by topic. */
  getEvents(topic: string): Promise<LoggedEvent[]>;
  getEvents(): Promise<Record<string, LoggedEvent[]>>;
  async getEvents(topic?: string): Promise<unknown> {
    if (topic !== undefined) checkName('topic', topic);
    const logs = copyOf(await call(this, 'events.get', topic === undefined ? {} : { topic }));
    return topic === undefined ? logs : logs[topic];
  }

  /**
   * Calls `handler` with every event of a topic that any client or task logs from now on, as `getEvents` gives it, in their
   * order; a second handler takes the place of the first. It ends with the client. What the handler throws becomes a warning.
   *
   * @example
   * await using client = new Client();
   * const losses: unknown[] = [];
   * await client.subscribeTopic('losses', ([_time, loss]) => losses.push(loss));
   * await client.submit((loss: number) => getClient().logEvent('losses', loss), 0.25);
   * losses; // [0.25]
   * await client.unsubscribeTopic('losses');
   */
  async subscribeTopic(topic: string, handler: EventHandler): Promise<void> {
    checkName('topic', topic);
    if (typeof handler !== 'function')
      throw new InputError(`subscribeTopic takes a function of an event, but it was given ${describe(handler)}`);
    if (this.topics.set(topic, handler)) return;
    await call(this, 'events.subscribe', { topic }).catch((error) => {
      this.topics.delete(topic);
      throw error;
    });
  }

  /** Ends {@link subscribeTopic}; rejects with {@link InputError} when the client has not subscribed to it. */
  async unsubscribeTopic(topic: string): Promise<void> {
    checkName('topic', topic);
    if (!this.topics.delete(topic)) {
      const names = this.topics.names.join(', ') || 'none';
      throw new InputError(`this client has not subscribed to the topic ${topic}; it has subscribed to: ${names}`);
    }
    await call(this, 'events.unsubscribe', { topic });
  }
}
