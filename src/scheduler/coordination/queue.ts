/**
 * Queues. Whoever puts or gets stands in line, and `settle` moves items from the first in the one line to the first in the
 * other; that a request is answered at once is only the case in which nobody stands before it.
 */
import type { Key } from '../../graph/task.js';
import { Deque } from '../../util/deque.js';
import type { ClientName } from '../events.js';
import { answer, type Content, deliver, type Effects, type Primitive, type Request, refuse } from './protocol.js';

interface Getter {
  readonly request: Request<'queue.get'>;
  readonly count: number;
  /** What it has got already: more than a queue of limited size can ever hold may be wanted. */
  readonly got: Content[];
}

interface Queue {
  readonly name: string;
  /** 0 for no limit. */
  readonly maxsize: number;
  readonly items: Deque<Content>;
  putters: Request<'queue.put'>[];
  /** Only the first has got anything. */
  getters: Getter[];
  /** How many queue objects of each client are open. */
  readonly opened: Map<ClientName, number>;
}

export const queue: Primitive<'queue', Queue> = {
  lives: 'by-name',
  create: (name, { maxsize = 0 }: { readonly maxsize?: number }) => ({
    name,
    maxsize,
    items: new Deque(),
    putters: [],
    getters: [],
    opened: new Map(),
  }),

  methods: {
    'queue.open'({ name, maxsize, opened }, request, effects) {
      const wanted = request.args.maxsize ?? maxsize;
      opened.set(request.client, (opened.get(request.client) ?? 0) + 1);
      if (wanted === maxsize) answer(effects, request, null);
      else refuse(effects, request, 'InputError', `queue ${name} has maxsize ${maxsize} already: asked for ${wanted}`);
    },
    'queue.put'(queue, request, effects) {
      effects.hold.push(...request.args.content.keys);
      queue.putters.push(request);
      settle(queue, effects);
    },
    'queue.get'(queue, request, effects) {
      const { batch } = request.args;
      const count = batch === true ? queue.items.length : (batch ?? 1);
      if (count === 0) deliver(effects, request, { data: [], keys: [] });
      else queue.getters.push({ request, count, got: [] });
      settle(queue, effects);
    },
    'queue.qsize'(queue, request, effects) {
      answer(effects, request, queue.items.length);
    },
    'queue.close'({ opened }, request, effects) {
      const others = (opened.get(request.client) ?? 1) - 1;
      opened.set(request.client, others);
      effects.isDone = others === 0;
      answer(effects, request, null);
    },
  },

  withdraw(queue, gone, effects) {
    for (const { args } of queue.putters.filter(gone)) effects.drop.push(...args.content.keys);
    queue.putters = queue.putters.filter((request) => !gone(request));
    const first = queue.getters[0];
    if (first && gone(first.request)) for (const item of first.got.reverse()) queue.items.unshift(item);
    queue.getters = queue.getters.filter(({ request }) => !gone(request));
    settle(queue, effects);
  },
  leave: ({ opened }, client) => {
    opened.delete(client);
  },
  *keysOf({ items, getters, putters }): Iterable<Key> {
    for (const { keys } of items) yield* keys;
    for (const { got } of getters) for (const { keys } of got) yield* keys;
    for (const { args } of putters) yield* args.content.keys;
  },
  describe: ({ name, maxsize, items, getters, putters }) =>
    items.length > 0
      ? `queue ${name} holds ${items.length} items of at most ${maxsize}, and ${putters.length} others wait to put`
      : `queue ${name} is empty, and ${getters.length} others wait to get`,
};

function settle(queue: Queue, effects: Effects): void {
  const { items, getters, putters, maxsize } = queue;
  for (;;) {
    if (getters.length > 0 && items.length > 0) {
      const { request, count, got } = getters[0]!;
      got.push(items.shift()!);
      if (got.length < count) continue;
      getters.shift();
      effects.drop.push(...got.flatMap(({ keys }) => keys));
      deliver(effects, request, request.args.batch === undefined ? got[0]! : together(got));
    } else if (putters.length > 0 && (maxsize === 0 || items.length < maxsize)) {
      const request = putters.shift()!;
      items.push(request.args.content);
      answer(effects, request, null);
    } else return;
  }
}

const together = (contents: readonly Content[]): Content => ({
  data: contents.map(({ data }) => data),
  keys: [...new Set(contents.flatMap(({ keys }) => keys))],
});
