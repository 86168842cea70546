import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../../src/scheduler/coordination/protocol.js';
import { Desk } from '../../support/coordination.js';

const name = 'q';
const item = (data: unknown, ...keys: string[]) => ({ name, content: { data, keys } });

test('who waits longest gets first, whoever they are', () => {
  const desk = new Desk();
  const gets = ['a', 'b', 'a'].map((client) => desk.ask(client, 'queue.get', { name }));
  for (const data of [1, 2]) desk.ask('c', 'queue.put', item(data));
  expect(gets.map((id) => (desk.answerTo(id) as Delivery)?.data)).toEqual([1, 2, undefined]);
});

test('a full queue lets puts wait in their order', () => {
  const desk = new Desk();
  desk.ask('a', 'queue.open', { name, maxsize: 1 });
  const puts = [1, 2, 3].map((data) => desk.ask('a', 'queue.put', item(data)));
  expect(puts.map((id) => desk.answerTo(id))).toEqual([null, undefined, undefined]);
  const get = desk.ask('b', 'queue.get', { name });
  expect(desk.answerTo(get)).toEqual({ data: 1, keys: [], receipt: get });
  expect(puts.map((id) => desk.answerTo(id))).toEqual([null, null, undefined]);
});

test('a batch larger than the queue fills up as items come, and what it has got goes back when it is too late', () => {
  const desk = new Desk();
  desk.ask('a', 'queue.open', { name, maxsize: 1 });
  const batch = desk.ask('a', 'queue.get', { name, batch: 3 }, 5);
  const next = desk.ask('b', 'queue.get', { name });
  const puts = [1, 2].map((data) => desk.ask('a', 'queue.put', item(data)));
  expect(puts.map((id) => desk.answerTo(id))).toEqual([null, null]);
  desk.expire('a', batch);
  expect(desk.answerTo(batch)).toBe(
    'TimeoutError: queue.get waited 5 ms in vain: queue q holds 1 items of at most 1, and 0 others wait to put',
  );
  expect(desk.answerTo(next)).toMatchObject({ data: 1 });
  expect(desk.answerTo(desk.ask('c', 'queue.get', { name, batch: true }))).toMatchObject({ data: [2] });
  expect(desk.answerTo(desk.ask('c', 'queue.get', { name, batch: true }))).toMatchObject({ data: [] });
});

test('another size than that of the queue is refused', () => {
  const desk = new Desk();
  desk.ask('a', 'queue.open', { name, maxsize: 3 });
  expect(desk.answerTo(desk.ask('b', 'queue.open', { name, maxsize: 2 }))).toBe(
    'InputError: queue q has maxsize 3 already: asked for 2',
  );
  expect(desk.answerTo(desk.ask('b', 'queue.open', { name }))).toBe(null);
});

test('the items go with the last user, and those of one client who closes what it waits for are told', () => {
  const desk = new Desk();
  for (const client of ['a', 'a', 'b']) desk.ask(client, 'queue.open', { name });
  desk.ask('a', 'queue.put', item(1, 'k'));
  desk.ask('a', 'queue.close', { name });
  desk.remove('b');
  expect(desk.answerTo(desk.ask('a', 'queue.qsize', { name }))).toBe(1);
  desk.ask('a', 'queue.close', { name });
  expect([...desk.held]).toEqual([]);
  expect(desk.answerTo(desk.ask('a', 'queue.qsize', { name }))).toBe(0);
  const get = desk.ask('a', 'queue.get', { name });
  desk.ask('a', 'queue.close', { name });
  expect(desk.answerTo(get)).toBe('SheafError: queue q was closed while queue.get waited');
});

test('a future is held in the queue and on its way, until the client has it', () => {
  const desk = new Desk();
  desk.ask('a', 'queue.put', item({ __future: 'k' }, 'k'));
  expect([...desk.held]).toEqual(['k']);
  const get = desk.ask('b', 'queue.get', { name });
  expect([...desk.held]).toEqual(['k']);
  desk.ask('b', 'futures.received', { receipt: get });
  expect([...desk.held]).toEqual([]);
});

type Step =
  | { readonly do: 'put'; readonly client: string; readonly hasKey: boolean }
  | { readonly do: 'get'; readonly client: string; readonly batch: number | true | undefined }
  | { readonly do: 'expire' | 'receive'; readonly which: number }
  | { readonly do: 'remove'; readonly client: string };

const clients = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('put' as const), client: clients, hasKey: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('get' as const),
      client: clients,
      batch: fc.oneof(fc.constantFrom(undefined, undefined, true as const), fc.integer({ min: 1, max: 3 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'receive' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), client: clients }) },
);

/** A request that has not been answered, and a delivery of which the client has not said that it has it. */
interface Open {
  readonly client: string;
  readonly id: number;
  readonly count: number;
  readonly value: number;
  readonly keys: readonly string[];
}

test('no item is lost, doubled or overtaken, and nobody who could go on waits', () => {
  fc.assert(
    fc.property(fc.nat(3), fc.array(steps, { maxLength: 60 }), (maxsize, program) => {
      const desk = new Desk();
      desk.ask('keeper', 'queue.open', { name, maxsize });
      let gets: Open[] = [];
      let puts: Open[] = [];
      let underWay: Open[] = [];
      const lying: Open[] = []; // what a list of items would hold
      const delivered: number[] = [];
      let seen = desk.replies.length;

      const read = () => {
        for (; seen < desk.replies.length; seen++) {
          const { id, value, error } = desk.replies[seen]!;
          const get = gets.find((open) => open.id === id);
          const put = puts.find((open) => open.id === id);
          if (put && !error) {
            expect(put).toBe(puts[0]); // in order of arrival
            lying.push(put);
          }
          puts = puts.filter((open) => open !== put);
          gets = gets.filter((open) => open !== get);
          if (!get || error) continue;
          if (get.count > 0) expect(gets.every((other) => other.id > id)).toBe(true); // in order of arrival
          const { data, keys } = value as Delivery;
          delivered.push(...[data].flat().map((value) => value as number));
          if (keys.length > 0) underWay.push({ ...get, keys });
        }
      };

      program.forEach((step, value) => {
        if (step.do === 'put') {
          const keys = step.hasKey ? [`k${value}`] : [];
          const id = desk.ask(step.client, 'queue.put', item(value, ...keys));
          puts.push({ client: step.client, id, count: 1, value, keys });
        } else if (step.do === 'get') {
          const { client, batch } = step;
          const id = desk.ask(client, 'queue.get', { name, ...(batch !== undefined && { batch }) });
          gets.push({ client, id, count: batch === true ? 0 : (batch ?? 1), value, keys: [] });
        } else if (step.do === 'remove') {
          desk.remove(step.client);
          const stays = ({ client }: Open) => client !== step.client;
          [gets, puts, underWay] = [gets.filter(stays), puts.filter(stays), underWay.filter(stays)];
        } else if (step.do === 'expire') {
          const waiting = [...gets, ...puts];
          const late = waiting[step.which % waiting.length];
          if (late) desk.expire(late.client, late.id);
          [gets, puts] = [gets.filter((open) => open !== late), puts.filter((open) => open !== late)];
        } else {
          const delivery = underWay[step.which % underWay.length];
          underWay = underWay.filter((other) => other !== delivery);
          if (delivery) desk.ask(delivery.client, 'futures.received', { receipt: delivery.id });
        }
        read();

        const kept = lying.filter((open) => !delivered.includes(open.value));
        expect(delivered).toEqual(lying.slice(0, delivered.length).map((open) => open.value)); // first in, first out
        if (gets.length > 0) {
          expect(puts).toEqual([]);
          expect(kept.length).toBeLessThan(gets[0]!.count);
        } else if (puts.length > 0) {
          expect(maxsize).toBeGreaterThan(0);
          expect(kept.length).toBeGreaterThanOrEqual(maxsize);
        }
        const keys = [...kept, ...puts, ...underWay].flatMap((open) => open.keys);
        expect([...desk.held].sort()).toEqual(keys.sort());
        expect([...desk.coordination.heldKeys].sort()).toEqual(keys);
      });

      for (const client of ['a', 'b', 'c', 'keeper']) desk.remove(client);
      expect([...desk.held]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
