import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Method } from '../../../src/scheduler/coordination/protocol.js';
import { Desk } from '../../support/coordination.js';

const content = (data: unknown, ...keys: string[]) => ({ data, keys });

test('an unknown method is answered with those that there are', () => {
  const desk = new Desk();
  for (const method of ['queue.pop', 'toString', 'constructor.name', 'queue.toString']) {
    const answer = desk.answerTo(desk.ask('a', method as Method, { name: 'x' } as never));
    expect(answer).toMatch(
      new RegExp(`^InputError: there is no method ${method} of the cluster; there are queue.open,`),
    );
  }
});

test('readers of a variable wait for its first value, then get the last, or the state of things when it is too late', () => {
  const desk = new Desk();
  const [a, b] = ['a', 'b'].map((client) => desk.ask(client, 'variable.get', { name: 'v' }, 9));
  desk.expire('b', b!);
  desk.ask('c', 'variable.set', { name: 'v', content: content(1) });
  desk.ask('c', 'variable.set', { name: 'v', content: content(2) });
  expect(desk.answerTo(a!)).toEqual({ data: 1, keys: [], receipt: a });
  expect(desk.answerTo(b!)).toBe('TimeoutError: variable.get waited 9 ms in vain: variable v is not set');
  expect(desk.answerTo(desk.ask('b', 'variable.get', { name: 'v' }))).toMatchObject({ data: 2 });
  desk.ask('b', 'variable.delete', { name: 'v' });
  expect(desk.answerTo(desk.ask('b', 'variable.get', { name: 'v' }))).toBeUndefined();
});

test('a future that a variable loses is kept for those who are about to have it', () => {
  const desk = new Desk();
  desk.ask('a', 'variable.set', { name: 'v', content: content(0, 'k') });
  const get = desk.ask('b', 'variable.get', { name: 'v' });
  desk.ask('a', 'variable.set', { name: 'v', content: content(0, 'l') });
  expect([...desk.held]).toEqual(['k', 'l']);
  desk.ask('b', 'futures.received', { receipt: get });
  expect([...desk.held]).toEqual(['l']);
  desk.remove('a');
  expect([...desk.held]).toEqual(['l']);
  desk.remove('b');
  expect([...desk.held]).toEqual([]);
});

test('who waits for an event goes on when it is set', () => {
  const desk = new Desk();
  const waits = ['a', 'b', 'a'].map((client) => desk.ask(client, 'event.wait', { name: 'e' }));
  desk.remove('b');
  desk.ask('c', 'event.set', { name: 'e' });
  expect(waits.map((id) => desk.answerTo(id))).toEqual([null, undefined, null]);
  expect(desk.answerTo(desk.ask('c', 'event.wait', { name: 'e' }, 0))).toBe(null);
  desk.ask('c', 'event.clear', { name: 'e' });
  expect(desk.answerTo(desk.ask('c', 'event.isSet', { name: 'e' }))).toBe(false);
  expect(desk.answerTo(desk.ask('c', 'event.wait', { name: 'e' }, 0))).toBe(
    'TimeoutError: event.wait waited 0 ms in vain: event e is not set',
  );
});

test('datasets outlive their clients, hold their futures, and are replaced on purpose only', () => {
  const desk = new Desk();
  const publish = (override: boolean, ...keys: string[]) =>
    desk.answerTo(desk.ask('a', 'dataset.publish', { name: 'd', content: content(keys.length, ...keys), override }));
  expect(publish(false, 'k', 'l')).toBe(null);
  expect(publish(false, 'm')).toBe(
    'InputError: a dataset d is published already: unpublish it first, or give { override: true }',
  );
  expect([...desk.held]).toEqual(['k', 'l']);
  expect(publish(true, 'l', 'm')).toBe(null);
  desk.remove('a');
  expect([...desk.held].sort()).toEqual(['l', 'm']);
  expect(desk.answerTo(desk.ask('b', 'dataset.list', {}))).toEqual(['d']);
  expect(desk.answerTo(desk.ask('b', 'dataset.get', { name: 'd' }))).toMatchObject({ data: 2, keys: ['l', 'm'] });
  expect(desk.answerTo(desk.ask('b', 'dataset.get', { name: 'e' }))).toBe(null);
  expect(desk.answerTo(desk.ask('b', 'dataset.unpublish', { name: 'e' }))).toBe(
    'InputError: there is no dataset e; published are: d',
  );
  expect(desk.answerTo(desk.ask('b', 'dataset.unpublish', { name: 'd' }))).toBe(null);
  desk.remove('b');
  expect([...desk.held]).toEqual([]);
});

test('events are logged by topic with their time, the oldest of a topic going first', () => {
  const desk = new Desk();
  const first = desk.ask('a', 'events.log', { topics: ['x', 'y'], message: 'hello' });
  const second = desk.ask('b', 'events.log', { topics: ['x'], message: 'again' });
  expect(desk.answerTo(desk.ask('a', 'events.get', {}))).toEqual({
    x: [
      [first, 'hello'],
      [second, 'again'],
    ],
    y: [[first, 'hello']],
  });
  expect(desk.answerTo(desk.ask('a', 'events.get', { topic: 'z' }))).toEqual({ z: [] });
  const last = Array.from({ length: 10_000 }, (_, message) => {
    const request = {
      client: 'a',
      id: message,
      method: 'events.log' as const,
      args: { topics: ['x'], message },
      now: 0,
    };
    return desk.coordination.handle(request);
  });
  expect(last.length).toBe(10_000);
  const { x } = desk.answerTo(desk.ask('a', 'events.get', { topic: 'x' })) as { readonly x: readonly unknown[] };
  expect([x.length, x[0], x.at(-1)]).toEqual([10_000, [0, 0], [0, 9_999]]);
});

const names = fc.constantFrom('x', 'y');
const contents = fc.subarray(['k', 'l', 'm']).map((keys) => content(0, ...keys));
const requests = fc.oneof(
  fc.tuple(fc.constantFrom('queue.put', 'variable.set'), fc.record({ name: names, content: contents })),
  fc.tuple(fc.constant('dataset.publish'), fc.record({ name: names, content: contents, override: fc.boolean() })),
  fc.tuple(fc.constant('queue.get'), fc.record({ name: names, batch: fc.constantFrom(1, 2, true) })),
  fc.tuple(fc.constant('queue.open'), fc.record({ name: names, maxsize: fc.nat(2) })),
  fc.tuple(
    fc.constantFrom(
      ...['queue.close', 'queue.qsize', 'variable.get', 'variable.delete', 'lock.acquire', 'lock.locked', 'event.wait'],
      ...['event.set', 'event.clear', 'event.isSet', 'dataset.get', 'dataset.list', 'dataset.unpublish'],
    ),
    fc.record({ name: names }),
  ),
  fc.tuple(
    fc.constantFrom('lock.release', 'semaphore.release', 'semaphore.acquire'),
    fc.record({
      name: names,
      lease: fc.nat(40),
      maxLeases: fc.integer({ min: 1, max: 2 }),
    }),
  ),
  fc.tuple(fc.constant('futures.received'), fc.record({ receipt: fc.nat(40) })),
  fc.tuple(fc.constantFrom('expire', 'remove'), fc.record({ id: fc.nat(40) })),
);

test('whatever clients do, each request has one answer at most, and without clients the datasets alone hold anything', () => {
  const clients = fc.constantFrom('a', 'b', 'c');
  const timeouts = fc.constantFrom(undefined, undefined, 0);
  fc.assert(
    fc.property(fc.array(fc.tuple(clients, requests, timeouts), { maxLength: 60 }), (program) => {
      const desk = new Desk(); // which raises when an answer or a hold comes twice
      for (const [client, [method, args], timeoutMs] of program) {
        if (method === 'remove') desk.remove(client);
        else if (method === 'expire') desk.expire(client, (args as { readonly id: number }).id);
        else {
          const id = desk.ask(client, method as Method, args as never, timeoutMs);
          if (timeoutMs === 0) expect(desk.answerTo(id)).not.toBeUndefined();
        }
        expect([...desk.held].sort()).toEqual(desk.coordination.heldKeys.sort());
      }
      for (const client of ['a', 'b', 'c']) desk.remove(client);
      const published = desk.answerTo(desk.ask('d', 'dataset.list', {})) as readonly string[];
      for (const name of published) desk.ask('d', 'dataset.unpublish', { name });
      expect([...desk.held]).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
