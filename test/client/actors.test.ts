/** Actors on threads and on child processes. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type ActorHandle,
  ActorLostError,
  Client,
  delayed,
  InputError,
  LocalCluster,
  type LocalClusterOptions,
  TaskError,
  TimeoutError,
} from '../../src/index.js';
import { openBefore } from '../support/cluster.js';

class Counter {
  n: number;
  readonly #step: number;

  constructor(start = 0, step = 1) {
    this.n = start;
    this.#step = step;
  }

  add(): number {
    this.n += this.#step;
    return this.n;
  }

  async later(x: number): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve));
    return x + this.n;
  }

  fail(text: string): never {
    throw new RangeError(text, { cause: this.n });
  }

  exit(): void {
    process.exit(7);
  }

  pid(): number {
    return process.pid;
  }

  never(): Promise<never> {
    return new Promise(() => {});
  }
}

const kinds: [string, LocalClusterOptions][] = [
  ['threads', { workers: 1, threadsPerWorker: 2 }],
  ['processes', { workers: 2, threadsPerWorker: 1, processes: true }],
];

describe.each(kinds)('on a cluster of %s', (_name, options) => {
  let client: Client;
  openBefore(options, (opened) => ({ client } = opened));

  test('calls come in order, state stays, fields are told', async () => {
    const counter = await client.submit(Counter, 10, 2, { actor: true });
    const calls = Array.from({ length: 50 }, () => counter.add());
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => 12 + 2 * i));
    expect(await counter.n).toBe(110);
    expect(await counter.later(5)).toBe(115);
    expect(inspect(counter)).toMatch(/^ActorHandle\(Counter\) \{ key: 'Counter-.*', worker: 'local-.*' \}$/);
  });

  test('each submission is an actor of its own, made with results of tasks if need be', async () => {
    const start = client.submit((x: number) => 2 * x, 21);
    const [a, b] = [
      await client.submit(Counter, start, { actor: true }),
      await client.submit(Counter, start, { actor: true }),
    ];
    await a.add();
    expect([await a.n, await b.n]).toEqual([43, 42]);
  });

  test('errors of methods and constructors reach the caller', async () => {
    const counter = await client.submit(Counter, { actor: true });
    const error = await counter.fail('no').catch((reason) => reason);
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ message: 'no', cause: { name: 'RangeError' } });
    expect(error.stack).toMatch(/submitted\n.*actors\.test\.[jt]s:\d+/);
    expect(await counter.add()).toBe(1);
    class Broken {
      constructor() {
        throw new TypeError('not to be made');
      }
    }
    await expect(client.submit(Broken, { actor: true }).result()).rejects.toThrow('not to be made');
  });

  test('a task that is given its future, or a handle on it, calls it', async () => {
    const future = client.submit(Counter, { actor: true });
    const counter = await future;
    const add = async (one: ActorHandle<Counter>, times: number) => {
      let n = 0;
      for (let i = 0; i < times; i++) n = await one.add();
      return n;
    };
    expect(await client.submit(add, future, 2)).toBe(2);
    expect(await client.submit(add, counter, 3)).toBe(5);
    const within = async ({ counters }: { counters: ActorHandle<Counter>[] }, start: number) =>
      start + (await counters[1]!.later(1));
    const start = client.submit(() => 100);
    expect(await client.submit(within, { counters: [counter, future] }, start)).toBe(106);
    const added = await client.gather(client.map((one: ActorHandle<Counter>) => one.add(), [future, counter, future]));
    expect(added.sort()).toEqual([6, 7, 8]);
    const other = await client.submit(Counter, -1, { actor: true });
    expect(await client.gather(client.map((one: ActorHandle<Counter>) => one.add(), [other]))).toEqual([0]);
    expect(await client.gather(client.map((one: ActorHandle<Counter>) => one.add(), [counter]))).toEqual([9]);
    expect(await delayed(add)(counter, 1).compute()).toBe(10);
    expect(await counter.n).toBe(10);
    await expect(counter.later(client.submit(() => 1) as never)).rejects.toThrow('was given a future');
    expect(() => client.submit(() => counter.add())).toThrow('give it as an argument, and the function gets a handle');
  });

  test('it lives until tasks that were given it are done, and actors may call actors', async () => {
    class Caller {
      readonly #counter: ActorHandle<Counter>;

      constructor(counter: ActorHandle<Counter>) {
        this.#counter = counter;
      }

      async twice(): Promise<number> {
        await this.#counter.add();
        return this.#counter.add();
      }
    }
    const future = client.submit(Counter, { actor: true });
    const caller = await client.submit(Caller, future, { actor: true });
    expect(await caller.twice()).toBe(2);
    const last = client.submit((one: ActorHandle<Counter>) => one.add(), client.submit(Counter, 41, { actor: true }));
    expect(await last).toBe(42);
    const gone = client.submit(Counter, { actor: true });
    const lost = (await gone).exit();
    await expect(lost).rejects.toThrow(ActorLostError);
    const vain = client.submit((one: ActorHandle<Counter>) => one.add(), gone);
    await expect(vain.result()).rejects.toThrow(/is lost/);
  });

  test('a task that is cancelled or ends its thread does not take it along', async () => {
    const counter = await client.submit(Counter, { actor: true });
    const endless = client.with({ pure: false }).submit(() => {
      for (;;);
    });
    expect(await counter.add()).toBe(1);
    await endless.cancel();
    await expect(client.submit(() => process.exit(3)).result()).rejects.toThrow('ended with code');
    expect(await counter.add()).toBe(2);
  });

  test('one that is given up, or whose thread ends, is lost with a sentence', async () => {
    const future = client.submit(Counter, { actor: true });
    const counter = await future;
    const lost = counter.exit();
    await expect(lost).rejects.toThrow(ActorLostError);
    await expect(lost).rejects.toThrow('the thread of the actor ended with code 7');
    await expect(counter.add()).rejects.toThrow(ActorLostError);
    const other = client.submit(Counter, { actor: true });
    const handle = await other;
    await other.cancel();
    // The worker hears of it a little later than this client.
    const untilItIsGone = async () => {
      for (;;) await handle.add();
    };
    await expect(untilItIsGone()).rejects.toThrow('is not here any more');
  });
});

test('an actor is lost with its worker', async () => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const future = client.submit(Counter, { actor: true });
  const counter = await future;
  process.kill(await counter.pid(), 'SIGKILL');
  const lost = await counter
    .later(1)
    .then(
      () => counter.add(),
      (error) => Promise.reject(error),
    )
    .catch((error) => error);
  expect(lost).toBeInstanceOf(ActorLostError);
});

test('what a method gives is a future of the caller', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  const counter = await client.submit(Counter, 5, { actor: true });
  const six = counter.add();
  expect(six.done).toBe(false);
  expect([await six.result(), await six, six.done]).toEqual([6, 6, true]);
  expect(await counter.n.result(60_000)).toBe(6);
  await expect(counter.fail('no').result(60_000)).rejects.toThrow(TaskError);
  const late = counter.never();
  await expect(late.result(1)).rejects.toThrow(new TimeoutError('the actor has not answered after 1 ms'));
  expect(late.done).toBe(false);
  late.catch(() => {}); // it is lost with the cluster
});

test('what is no class becomes no actor, and a class is not called', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  const square = (x: number) => x * x;
  expect(() => client.with({ actor: true }).submit(square, 2)).toThrow(
    new InputError('submit: an actor is made of a class, and square is none'),
  );
  expect(() => client.submit(Counter as never)).toThrow(
    new InputError(
      'submit calls a function, and Counter is a class: submit it with { actor: true }, or a function that makes an instance',
    ),
  );
});
