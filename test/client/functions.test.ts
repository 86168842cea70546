/** Functions as written: submitted, mapped, failing, submitting in turn; in threads of this process and in others. */
import { describe, expect, test } from 'vitest';
import { Client } from '../../src/client/client.js';
import type { TaskError } from '../../src/client/future.js';
import { getClient, getWorker, rejoin, secede } from '../../src/client/in-task.js';
import { annotate } from '../../src/client/options.js';
import { LocalCluster, type LocalClusterOptions } from '../../src/cluster/local-cluster.js';
import { openBefore } from '../support/cluster.js';

const offset = 10;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function slowIsPrime(num: number): Promise<boolean> {
  await sleep(1);
  for (let divisor = 2; divisor * divisor <= num; divisor++) if (num % divisor === 0) return false;
  return num > 1;
}

async function fib(n: number): Promise<number> {
  if (n < 2) return n;
  const client = getClient();
  const [a, b] = await client.gather([client.submit(fib, n - 1), client.submit(fib, n - 2)]);
  return a! + b!;
}

const clusters: readonly [name: string, options: LocalClusterOptions][] = [
  ['threads', { workers: 1, threadsPerWorker: 2 }],
  ['one thread', { workers: 1, threadsPerWorker: 1 }],
  ['processes', { workers: 2, threadsPerWorker: 1, processes: true }],
];

describe.each(clusters)('on a cluster of %s', (_name, options) => {
  let client: Client;
  openBefore(options, (opened) => ({ client } = opened));

  test('a function of the script is mapped over numbers, with the functions and values it uses', async () => {
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    const flags = await client.gather(client.map(slowIsPrime, numbers));
    expect(numbers.filter((_, i) => flags[i])).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]);
    expect(await client.submit((x: number) => x + offset, 1)).toBe(11);
  });

  test('futures anywhere in the arguments are dependencies, functions and instances are arguments too', async () => {
    const two = client.submit(() => 2);
    const big = client.submit((n: number) => new Float64Array(n).fill(0.5), 2000);
    const nested = client.submit(
      (sum: { terms: number[] }, scale: (x: number) => number, table: Map<string, Float64Array>) =>
        scale(sum.terms.reduce((a, b) => a + b, 0)) + table.get('big')!.length,
      { terms: [1, two, 3] },
      (x: number) => x * offset,
      new Map([['big', big]]),
    );
    expect(await nested).toBe(2060);
    expect(await client.gather(client.map((a: number, b: number) => a - b, [5, two, 7], [1, 2, two]))).toEqual([
      4, 0, 5,
    ]);
  });

  test('equal calls are one task, unless they are said to be impure', async () => {
    const random = () => Math.random();
    const [a, b, c] = await client.gather([
      client.submit(random),
      client.submit(random),
      client.with({ pure: false }).submit(random),
    ]);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(client.submit(random).key).toMatch(/^random-[0-9a-f]{32}$/);
    expect(client.with({ key: 'mine' }).submit(random).key).toBe('mine');
    expect(client.map(random, [1, 2], { key: 'ours' }).map(({ key }) => key)).toEqual(['ours-0', 'ours-1']);
  });

  test('an error tells what was thrown and where, the task, the worker, and who submitted it', async () => {
    function breaks(x: number): number {
      throw new RangeError(`no good: ${x}`, { cause: new Error('the cause') });
    }
    const future = client.submit(breaks, 7);
    const error = (await future.exception()) as TaskError;
    expect(error.message).toBe('no good: 7');
    expect(error.key).toBe(future.key);
    expect(error.worker).toMatch(/^worker .* \(.*process \d+\)$/);
    expect((error.cause as Error).name).toBe('RangeError');
    expect(((error.cause as Error).cause as Error).message).toBe('the cause');
    expect(await future.traceback()).toMatch(/at breaks \(.*functions\.test\.[jt]s:\d+:\d+\)/);
    expect(error.stack).toMatch(/submitted\n.*functions\.test\.[jt]s:\d+:\d+/);
    expect(future.status).toBe('error');
    await expect(client.submit((x: number) => x, future)).rejects.toThrow('no good: 7');
  });

  test('a failed task is tried as often as it may, and again when a user says so', async () => {
    const { pid } = process;
    const file = `${await import('node:os').then(({ tmpdir }) => tmpdir())}/sheaf-retry-${pid}-${_name.replace(' ', '')}`;
    const { rmSync } = await import('node:fs');
    async function worksThirdTime(path: string): Promise<number> {
      const { appendFileSync, readFileSync } = await import('node:fs');
      appendFileSync(path, '.');
      const { length } = readFileSync(path);
      if (length < 3) throw new Error(`time ${length}`);
      return length;
    }
    try {
      expect(await client.with({ retries: 2 }).submit(worksThirdTime, file)).toBe(3);
      rmSync(file);
      const future = annotate({ retries: 1, key: 'again' }, () => client.submit(worksThirdTime, file));
      await expect(future.result()).rejects.toThrow('time 2');
      await future.retry();
      expect(await future).toBe(3);
    } finally {
      rmSync(file, { force: true });
    }
  });

  test('tasks submit tasks and wait for them, however few threads there are', async () => {
    expect(await client.submit(fib, 9)).toBe(34);
    const { key } = await client.submit(() => getWorker());
    expect(key).toMatch(/^lambda-/);
  });

  test('a task that waits gives its place away and takes it back', async () => {
    const order = await client.submit(async () => {
      const inner = getClient();
      const seen: string[] = [];
      const other = inner.with({ pure: false }).submit(() => 'other');
      secede();
      seen.push(await other);
      await rejoin();
      seen.push('back');
      return seen;
    });
    expect(order).toEqual(['other', 'back']);
  });

  test('a task that runs longer than it may fails, and a cancelled one leaves its thread to others', async () => {
    const spin = () => {
      for (;;);
    };
    await expect(client.with({ timeout: 200 }).submit(spin)).rejects.toThrow('ran longer than the 200 ms');
    const endless = client.with({ pure: false }).submit(spin);
    const others = client.map((x: number) => x + 1, [1, 2, 3]);
    await client.cancel(endless);
    expect(endless.status).toBe('cancelled');
    await expect(endless.result()).rejects.toThrow('was cancelled');
    expect(await client.gather(others)).toEqual([2, 3, 4]);
  });

  test('a result in time, or an error that says how far it is', async () => {
    const late = client.with({ pure: false }).submit(() => sleep(60_000));
    await expect(late.result(50)).rejects.toThrow(
      /has no result after 50 ms: it has been running for 0.\d s on worker local-/,
    );
    await late.cancel();
    const good = client.submit((x: number) => x, 4);
    const bad = client.submit(() => {
      throw new Error('bad');
    });
    expect(await client.gather([good, bad], { errors: 'skip' })).toEqual([4]);
  });

  test('a long map is an array whose futures are made when they are looked at', async () => {
    const futures = client.map(
      (x: number) => 2 * x,
      Array.from({ length: 30_000 }, (_, i) => i),
    );
    expect(futures).toHaveLength(30_000);
    expect(Array.isArray(futures)).toBe(true);
    expect(await futures[29_999]).toBe(59_998);
    const values = await client.gather(futures);
    expect(values).toEqual(Array.from({ length: 30_000 }, (_, i) => 2 * i));
    expect(futures.slice(1, 3).map(({ key }) => key)).toEqual(
      [1, 2].map((i) => `${futures[0]!.key.slice(0, -2)}-${i}`),
    );
  });
});

test('what cannot travel is refused where it is submitted, with the way to it', async () => {
  await using client = new Client(await LocalCluster.start({ workers: 1, threadsPerWorker: 1 }));
  const socket = new (await import('node:net')).Socket();
  const deep = { pool: [socket] };
  expect(() => client.submit(() => deep.pool.length)).toThrow(
    /Socket[\s\S]*captured variable 'deep'[\s\S]*'pool'[\s\S]*\[0\]/,
  );
  const future = client.submit(() => 1);
  expect(() => client.submit(() => future)).toThrow(/it is a Future .*give it as an argument/);
  expect(() => client.submit(() => client)).toThrow(/getClient\(\)/);
  expect(() => client.submit(3 as never)).toThrow('submit takes a function first, but it was given number 3');
  expect(() => client.map(() => 1, 5 as never)).toThrow('map takes iterables or arrays of items');
  expect(() => client.with({ retires: 3 } as never)).toThrow(/no option retires/);
  expect(() => client.with({ retries: -1 })).toThrow('retries must be a whole number from 0 up, but it is -1');
  socket.destroy();
});

test('a map that is submitted before there is a connection arrives in order', async () => {
  await using cluster = new LocalCluster({ workers: 1, threadsPerWorker: 2 });
  await using client = new Client(cluster);
  const values = await client.gather(
    client.map(
      (x: number) => x + 1,
      Array.from({ length: 10_000 }, (_, i) => i),
    ),
  );
  expect(values).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
});
