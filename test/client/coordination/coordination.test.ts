/** What users hold, on the primitives without a cluster; with a cluster see `test/cluster/coordination.test.ts`. */
import { afterEach, describe, expect, test } from 'vitest';
import { Event } from '../../../src/client/coordination/event.js';
import { Lock } from '../../../src/client/coordination/lock.js';
import { Queue } from '../../../src/client/coordination/queue.js';
import { Semaphore } from '../../../src/client/coordination/semaphore.js';
import type { SharedState } from '../../../src/client/coordination/shared-state.js';
import { Variable } from '../../../src/client/coordination/variable.js';
import { currentClient, forgetClient, registerClient } from '../../../src/client/current.js';
import { Future } from '../../../src/client/future.js';
import type { Requester } from '../../../src/client/requester.js';
import { InputError, SheafError, TimeoutError } from '../../../src/util/errors.js';
import { DeskClients } from '../../support/coordination.js';
import { warningsDuring } from '../../support/warnings.js';

const two = (): { clients: DeskClients; a: SharedState; b: SharedState } => {
  const clients = new DeskClients();
  return { clients, a: clients.client('a'), b: clients.client('b') };
};
const caught = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not reject');
};

describe('queues', () => {
  test('what one puts another gets, alone or in batches', async () => {
    const { a, b } = two();
    const [put, get] = [new Queue<number>('q', { client: a }), new Queue<number>('q', { client: b })];
    const early = get.get();
    for (const item of [1, 2, 3, 4]) await put.put(item);
    expect(await early).toBe(1);
    expect(await get.get({ batch: 2 })).toEqual([2, 3]);
    expect(await put.qsize()).toBe(1);
    expect(await get.get({ batch: true })).toEqual([4]);
    expect(await get.get({ batch: true })).toEqual([]);
    const late = await caught(get.get({ timeoutMs: 1 }));
    expect(late).toBeInstanceOf(TimeoutError);
    expect(late.message).toBe('queue.get waited 1 ms in vain: queue q is empty, and 0 others wait to get');
  });

  test('a full one lets puts wait', async () => {
    const { a, b } = two();
    const queue = new Queue('q', { client: a, maxsize: 1 });
    await queue.put('x');
    expect((await caught(queue.put('y', { timeoutMs: 0 }))).message).toBe(
      'queue.put waited 0 ms in vain: queue q holds 1 items of at most 1, and 0 others wait to put',
    );
    const other = new Queue('q', { client: b, maxsize: 2 });
    for (const refused of [other.put('y'), other.get(), other.qsize()]) {
      expect((await caught(refused)).message).toBe('queue q has maxsize 1 already: asked for 2');
    }
  });

  test('it is there until everybody has closed it', async () => {
    const { a, b } = two();
    {
      await using queue = new Queue('q', { client: a });
      await new Queue('q', { client: b }).put(1);
      expect(await queue.qsize()).toBe(1);
    }
    const again = new Queue('q', { client: b });
    expect(await again.qsize()).toBe(1);
    await again.close();
    await again.close();
    expect(await caught(again.get())).toEqual(new SheafError('the queue q was closed'));
  });

  test('futures in it are kept, whatever becomes of the handles of those who put them', async () => {
    const { clients, a, b } = two();
    const queue = new Queue<unknown>('q', { client: a });
    const future = clients.future('k');
    const shared = { model: future, also: [future], data: new Float64Array(2), __future: 'k' };
    const put = queue.put(shared);
    future.release();
    await put;
    await queue.put({ __future: 'k' }); // looks like one, and is none
    expect([...clients.desk.held, clients.wanted.get('k')]).toEqual(['k', 0]);
    const reader = new Queue<typeof shared>('q', { client: b });
    const { model, also, ...others } = await reader.get();
    expect(others).toEqual({ data: new Float64Array(2), __future: 'k' });
    expect([model, also[0]].map((each) => each instanceof Future && each !== future)).toEqual([true, true]);
    expect(await model).toBe('result of k');
    model.release();
    expect(await also[0]).toBe('result of k');
    expect([...clients.desk.held, clients.wanted.get('k')]).toEqual([1]);
    expect(await reader.get()).toEqual({ __future: 'k' });
  });

  test('a future alone comes out as its result, or as a future from a batch', async () => {
    const { clients, a } = two();
    const queue = new Queue<Future>('q', { client: a });
    for (const key of ['k', 'l']) await queue.put(clients.future(key));
    expect(await queue.get()).toBe('result of k');
    expect(clients.wanted.get('k')).toBe(1);
    const [future] = await queue.get({ batch: 1 });
    expect(future!.key).toBe('l');
    expect(clients.wanted.get('l')).toBe(2);
  });

  test('what is put is as it was then, and what cannot be sent is told', async () => {
    const { a } = two();
    const queue = new Queue<unknown>('q', { client: a });
    const item = { rows: [1] };
    const put = queue.put(item);
    item.rows.push(2);
    await put;
    expect(await queue.get()).toEqual({ rows: [1] });
    expect((await caught(queue.put({ f: [() => 1] }))).message).toBe(
      'the value cannot be sent to other clients, because of value.f[0] (a function)',
    );
  });

  test('data that is cyclic or shared stays so', async () => {
    const { clients, a } = two();
    const queue = new Queue<{ self?: unknown; future: Future }>('q', { client: a });
    const loop: { self?: unknown; future: Future } = { future: clients.future('k') };
    loop.self = loop;
    await queue.put(loop);
    const got = await queue.get();
    expect(got.self).toBe(got);
    expect(got.future.key).toBe('k');
  });
});

test('a variable is set, got by others who wait for it, and deleted', async () => {
  const { a, b } = two();
  const variable = new Variable<number>('v', { client: a });
  const early = new Variable('v', { client: b }).get();
  await variable.set(1);
  expect(await early).toBe(1);
  await variable.delete();
  const late = await caught(variable.get({ timeoutMs: 0 }));
  expect(late).toEqual(new TimeoutError('variable.get waited 0 ms in vain: variable v is not set'));
});

test('an event lets go on who waits for it', async () => {
  const { a, b } = two();
  const [setter, waiter] = [new Event('e', { client: a }), new Event('e', { client: b })];
  expect(await waiter.wait({ timeoutMs: 1 })).toBe(false);
  const wait = waiter.wait();
  await setter.set();
  expect([await wait, await waiter.isSet()]).toEqual([true, true]);
  await setter.clear();
  expect(await waiter.isSet()).toBe(false);
});

describe('locks and semaphores', () => {
  test('one holds a lock, and the next gets it', async () => {
    const { a, b } = two();
    const [first, second] = [new Lock('x', { client: a }), new Lock('x', { client: b })];
    expect([await first.acquire(), await second.acquire({ blocking: false })]).toEqual([true, false]);
    expect(await second.acquire({ timeoutMs: 1 })).toBe(false);
    const next = second.acquire();
    expect((await caught(second.release())).message).toBe(
      'the lock x is not held by this object: only the one that has acquired it releases it',
    );
    await first.release();
    expect([await next, await first.locked()]).toEqual([true, true]);
    await second.release();
    expect(await first.locked()).toBe(false);
  });

  test('a block holds a lock, however it ends', async () => {
    const { a } = two();
    const lock = new Lock('x', { client: a });
    const failing = async () => {
      await using _held = await lock.hold();
      expect((await caught(lock.hold({ timeoutMs: 0 }))).message).toBe(
        'lock.acquire waited 0 ms in vain: lock x is held by a, and 0 others wait',
      );
      throw new Error('in the block');
    };
    expect((await caught(failing())).message).toBe('in the block');
    expect(await lock.locked()).toBe(false);
  });

  test('the lock of a client that is gone goes to the next', async () => {
    const { clients, a, b } = two();
    await new Lock('x', { client: a }).acquire();
    const next = new Lock('x', { client: b }).acquire();
    clients.remove('a');
    expect(await next).toBe(true);
  });

  test('a semaphore has so many leases', async () => {
    const { a, b } = two();
    const semaphore = new Semaphore({ name: 's', maxLeases: 2, client: a });
    await semaphore.acquire();
    {
      await using _held = await semaphore.hold();
      const other = new Semaphore({ name: 's', maxLeases: 2, client: b });
      expect([await other.getValue(), await other.acquire({ blocking: false })]).toEqual([2, false]);
    }
    expect(await semaphore.getValue()).toBe(1);
    expect((await caught(new Semaphore({ name: 's', client: b }).getValue())).message).toBe(
      'semaphore s has maxLeases 2 already: asked for 1',
    );
  });
});

test('datasets are published, listed, got and unpublished', async () => {
  const { clients, a, b } = two();
  await a.publishDataset('iris', { rows: 150, parts: [clients.future('k')] });
  expect(await b.listDatasets()).toEqual(['iris']);
  const { rows, parts } = (await b.getDataset('iris')) as { readonly rows: number; readonly parts: readonly Future[] };
  expect([rows, parts[0]!.key]).toEqual([150, 'k']);
  expect(await caught(b.publishDataset('iris', 1))).toBeInstanceOf(InputError);
  await b.publishDataset('iris', 1, { override: true });
  expect(await a.getDataset('iris')).toBe(1);
  expect(await caught(a.getDataset('digits'))).toEqual(
    new InputError('there is no dataset digits; published are: iris'),
  );
  await a.unpublishDataset('iris');
  expect(await b.listDatasets()).toEqual([]);
});

test('datasets are published by their names in an object', async () => {
  const { clients, a, b } = two();
  await a.publishDataset({ iris: [clients.future('k')], folds: 5 });
  expect(await b.listDatasets()).toEqual(['folds', 'iris']);
  const [part] = await b.getDataset<readonly Future[]>('iris');
  expect([part!.key, await b.getDataset('folds')]).toEqual(['k', 5]);
  expect((await caught(b.publishDataset({ seed: 1, folds: 10 }))).message).toMatch(/^a dataset folds is published/);
  await b.publishDataset({ folds: 10 }, { override: true });
  expect([await a.getDataset('folds'), await a.getDataset('seed')]).toEqual([10, 1]);
  expect(await caught(a.publishDataset({ '': 1 }))).toEqual(
    new InputError('the name of a dataset must be a string that is not empty, but is the string ""'),
  );
  // @ts-expect-error: no such option
  expect((await caught(a.publishDataset({ x: 1 }, { overide: true }))).message).toBe(
    'publishDataset has no option overide: there are override',
  );
});

test('events are logged and got', async () => {
  const { a, b } = two();
  await a.logEvent('progress', { step: 1 });
  await b.logEvent(['progress', 'other'], 'two');
  expect((await a.getEvents('progress')).map(([, message]) => message)).toEqual([{ step: 1 }, 'two']);
  expect(Object.keys(await a.getEvents())).toEqual(['progress', 'other']);
  expect(await a.getEvents('none')).toEqual([]);
});

test('subscribers hear of the events of their topics, until they have unsubscribed or left', async () => {
  const { clients, a, b } = two();
  const heard: unknown[] = [];
  const hear = (who: string) => (event: readonly [number, unknown]) => heard.push([who, event[1]]);
  await a.logEvent('steps', 'too early');
  await a.subscribeTopic('steps', hear('a'));
  await b.subscribeTopic('steps', hear('b, at first'));
  await b.subscribeTopic('steps', hear('b'));
  const step = { n: 1 };
  await b.logEvent(['steps', 'other'], step);
  step.n = 2;
  expect(heard.splice(0)).toEqual([
    ['a', { n: 1 }],
    ['b', { n: 1 }],
  ]);
  await a.unsubscribeTopic('steps');
  await a.logEvent('steps', 3);
  expect(heard.splice(0)).toEqual([['b', 3]]);
  clients.remove('b');
  await a.logEvent('steps', 4);
  expect(heard).toEqual([]);
  await a.subscribeTopic('x', () => {});
  expect(await caught(a.unsubscribeTopic('steps'))).toEqual(
    new InputError('this client has not subscribed to the topic steps; it has subscribed to: x'),
  );
  expect(await caught(a.subscribeTopic('x', 'no function' as never))).toEqual(
    new InputError('subscribeTopic takes a function of an event, but it was given the string "no function"'),
  );
});

test('what the handler of a topic throws is a warning', async () => {
  const { a } = two();
  const warnings = await warningsDuring(async () => {
    await a.subscribeTopic('steps', async () => {
      throw new RangeError('not this one');
    });
    await a.logEvent('steps', 1);
  });
  expect(warnings.map(({ message }) => message)).toEqual([
    'the handler of the topic steps failed: RangeError: not this one',
  ]);
});

describe('the current client', () => {
  const opened: Requester[] = [];
  const open = (client: Requester) => {
    opened.push(client);
    registerClient(client);
  };
  afterEach(() => {
    for (const client of opened.splice(0)) forgetClient(client);
  });

  test('is the last one opened that is still open', async () => {
    const { a, b } = two();
    expect(currentClient).toThrow('no client is open: open one with new Client() first, or give { client }');
    expect(() => new Lock('x')).toThrow(InputError);
    open(a);
    open(b);
    expect(currentClient()).toBe(b);
    forgetClient(b);
    expect(currentClient()).toBe(a);
    expect(await new Lock('x').acquire()).toBe(true);
  });

  test('names are given where there are none', () => {
    const { a } = two();
    const [first, second] = [new Queue(undefined, { client: a }), new Queue(undefined, { client: a })];
    expect(first.name).toMatch(/^queue-[-\da-f]{36}$/);
    expect(second.name).not.toBe(first.name);
  });
});

describe('wrong arguments are told before anything is sent', () => {
  const { a: client } = two();
  const queue = new Queue('q', { client });
  const lock = new Lock('x', { client });
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['the name of a Queue must be a string that is not empty, but is 5', () => new Queue(5 as never, { client })],
    ['the name of a Lock must be a string that is not empty, but is the string ""', () => new Lock('', { client })],
    ['Queue has no option size: there are client, maxsize', () => new Queue('q', { client, size: 1 } as never)],
    ['maxsize must be an integer of at least 0, but is 1.5', () => new Queue('q', { client, maxsize: 1.5 })],
    ['maxLeases must be an integer of at least 1, but is 0', () => new Semaphore({ client, maxLeases: 0 })],
    ['timeoutMs must be a number of at least 0, but is -1', () => lock.acquire({ timeoutMs: -1 })],
    ['timeoutMs must be a number of at least 0, but is NaN', () => queue.put(1, { timeoutMs: Number.NaN })],
    ['Lock.acquire has no option timeout: there are timeoutMs, blocking', () => lock.acquire({ timeout: 1 } as never)],
    ['batch must be an integer of at least 0, but is false', () => queue.get({ batch: false as never })],
    [
      'the name of a dataset must be a string that is not empty, but is undefined',
      () => client.publishDataset(undefined as never, 1),
    ],
    ['the name of a topic must be a string that is not empty, but is 1', () => client.logEvent(1 as never, 1)],
  ];
  test.each(cases)('%s', async (message, mistake) => {
    expect(await caught((async () => mistake())())).toEqual(new InputError(message));
  });

  test('a time-out longer than timers can be is none', async () => {
    const wait = new Event('e', { client }).wait({ timeoutMs: Number.POSITIVE_INFINITY });
    await new Event('e', { client }).set();
    expect(await wait).toBe(true);
  });
});
