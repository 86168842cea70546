/**
 * Logs of events by topic, the newest last; of each topic the oldest go when there are too many. Clients that have subscribed
 * to a topic are told of its events as they come.
 */
import { Deque } from '../../util/deque.js';
import type { ClientName } from '../events.js';
import { answer, type LoggedEvent, type Primitive } from './protocol.js';

export const maxEventsPerTopic = 10_000;

interface Topics {
  readonly logs: Map<string, Deque<LoggedEvent>>;
  readonly subscribers: Map<string, Set<ClientName>>;
}

export const events: Primitive<'events', Topics> = {
  lives: 'one',
  create: () => ({ logs: new Map(), subscribers: new Map() }),
  methods: {
    'events.log'({ logs, subscribers }, request, effects) {
      const event: LoggedEvent = [request.now, request.args.message];
      for (const topic of request.args.topics) {
        const log = logs.get(topic) ?? new Deque();
        logs.set(topic, log);
        log.push(event);
        if (log.length > maxEventsPerTopic) log.shift();
        for (const client of subscribers.get(topic) ?? []) effects.notices.push({ client, topic, event });
      }
      answer(effects, request, null);
    },
    'events.get'({ logs }, request, effects) {
      const { topic } = request.args;
      const wanted = topic === undefined ? [...logs.keys()] : [topic];
      answer(effects, request, Object.fromEntries(wanted.map((name) => [name, [...(logs.get(name) ?? [])]])));
    },
    'events.subscribe'({ subscribers }, request, effects) {
      const { topic } = request.args;
      subscribers.set(topic, (subscribers.get(topic) ?? new Set()).add(request.client));
      answer(effects, request, null);
    },
    'events.unsubscribe'({ subscribers }, request, effects) {
      unsubscribe(subscribers, request.args.topic, request.client);
      answer(effects, request, null);
    },
  },
  leave({ subscribers }, client) {
    for (const topic of [...subscribers.keys()]) unsubscribe(subscribers, topic, client);
  },
};

function unsubscribe(subscribers: Topics['subscribers'], topic: string, client: ClientName): void {
  const clients = subscribers.get(topic);
  if (clients?.delete(client) && clients.size === 0) subscribers.delete(topic);
}
