/** Logs of events by topic, the newest last; of each topic the oldest go when there are too many. */
import { Deque } from '../../util/deque.js';
import { answer, type LoggedEvent, type Primitive } from './protocol.js';

export const maxEventsPerTopic = 10_000;

type Topics = Map<string, Deque<LoggedEvent>>;

export const events: Primitive<'events', Topics> = {
  lives: 'one',
  create: () => new Map(),
  methods: {
    'events.log'(topics, request, effects) {
      for (const topic of request.args.topics) {
        const log = topics.get(topic) ?? new Deque();
        topics.set(topic, log);
        log.push([request.now, request.args.message]);
        if (log.length > maxEventsPerTopic) log.shift();
      }
      answer(effects, request, null);
    },
    'events.get'(topics, request, effects) {
      const { topic } = request.args;
      const wanted = topic === undefined ? [...topics.keys()] : [topic];
      answer(effects, request, Object.fromEntries(wanted.map((name) => [name, [...(topics.get(name) ?? [])]])));
    },
  },
};
