/** Functions of futures, scattered data, and what a client asks of its cluster: on threads and on child processes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/comm/comm.js';
import {
  asCompleted,
  CancelledError,
  Client,
  type Future,
  fireAndForget,
  getWorker,
  InputError,
  importUploaded,
  LocalCluster,
  type LocalClusterOptions,
  progress,
  recreateErrorLocally,
  SheafError,
  TimeoutError,
  uploadedFile,
  Variable,
  wait,
} from '../../src/index.js';
import { importFrom } from '../../src/shipping/compile.js';
import type { Payload } from '../../src/shipping/payload.js';
import { ship } from '../../src/shipping/ship.js';
import { openBefore } from '../support/cluster.js';
import { until } from '../support/faults.js';
import { warningsDuring } from '../support/warnings.js';

const kinds: [string, LocalClusterOptions][] = [
  ['threads', { workers: 2, threadsPerWorker: 1 }],
  ['processes', { workers: 2, threadsPerWorker: 1, processes: true }],
];

describe.each(kinds)('on a cluster of %s', (_name, options) => {
  let client: Client;
  openBefore(options, (opened) => ({ client } = opened));
  const isWaiting = () => new Promise<never>(() => {});
  const forever = () => client.with({ pure: false }).submit(isWaiting);

  test('completed futures come one by one, and new ones meanwhile', async () => {
    const first = client.submit((x: number) => x, 1);
    const seen: number[] = [];
    const completed = asCompleted([first]);
    expect(completed.count).toBe(1);
    for await (const future of completed) {
      seen.push(await future);
      if (seen.length < 4) completed.add(client.submit((x: number) => x + 1, future));
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    expect([completed.count, completed.hasReady]).toEqual([0, false]);
  });

  test('completed futures come with results, in batches, with failures or without', async () => {
    const odd = (x: number) => {
      if (x % 2 === 0) throw new RangeError(`${x} is even`);
      return x;
    };
    const results = async (raiseErrors: boolean) => {
      const all: unknown[] = [];
      const futures = client.map(odd, [1, 2, 3]);
      await wait(futures);
      for await (const batch of asCompleted(futures, { withResults: true, raiseErrors }).batches())
        for (const [future, result] of batch)
          all.push([futures.indexOf(future), result instanceof Error ? result.message : result]);
      return all.sort();
    };
    expect(await results(false)).toEqual([
      [0, 1],
      [1, '2 is even'],
      [2, 3],
    ]);
    await expect(results(true)).rejects.toThrow('2 is even');
  });

  test('waits for all, or for the first, or not longer than it may', async () => {
    const [quick, endless] = [client.submit(() => 1), forever()];
    const { done, notDone } = await wait([quick, endless], { returnWhen: 'FIRST_COMPLETED' });
    expect([done, notDone]).toEqual([[quick], [endless]]);
    const late = wait([quick, endless], { timeoutMs: 20 });
    await expect(late).rejects.toThrow(TimeoutError);
    await expect(late).rejects.toThrow(`1 of 2 futures are not done, among them ${endless.key}`);
    expect(await wait([])).toEqual({ done: [], notDone: [] });
    // @ts-expect-error: no such choice
    await expect(wait([], { returnWhen: 'SOMETIMES' })).rejects.toThrow(InputError);
    await endless.cancel();
    await expect(endless.result()).rejects.toThrow(CancelledError);
  });

  test('an endless loop that is cancelled leaves its thread, and runs again when it is submitted again', async () => {
    const gate = new Variable<boolean>('spins', { client });
    const spin = async () => {
      await new Variable<boolean>('spins').set(true);
      for (;;);
    };
    const futures = [1, 2].map((key) => client.with({ key: `spin-${key}` }).submit(spin));
    await gate.get();
    await client.cancel(futures);
    expect(futures.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    const times = client.map((x: number) => x * 3, [1, 2, 3, 4]);
    expect(await client.gather(times)).toEqual([3, 6, 9, 12]);
    await gate.delete();
    const again = client.with({ key: 'spin-1' }).submit(spin);
    expect(again.status).toBe('pending');
    await gate.get();
    await again.cancel();
  });

  test('data is scattered, by shape, by threads, and once by content', async () => {
    const values = [new Float64Array(1000).fill(1), new Float64Array(1000).fill(2)];
    const futures = client.scatter(values);
    const held = await client.hasWhat();
    expect(Object.values(held).map((keys) => keys.filter((key) => futures.some((f) => f.key === key)).length)).toEqual([
      1, 1,
    ]);
    const sum = (a: Float64Array, b: Float64Array) => a.reduce((x, y) => x + y, 0) + b.reduce((x, y) => x + y, 0);
    expect(await client.submit(sum, futures[0]!, futures[1]!)).toBe(3000);
    expect(await futures[1]).toEqual(values[1]);
    const { a, b } = client.scatter({ a: values[0]!, b: 'text' });
    expect(a.key).toBe(futures[0]!.key);
    expect(await b).toBe('text');
    expect(client.scatter(1, { hash: false }).key).not.toBe(client.scatter(1, { hash: false }).key);
    await expect(client.scatter(2, { workers: 'nobody' }).result()).rejects.toThrow('there is no worker nobody');
    expect(await client.submit(() => 'goes on')).toBe('goes on');
  });

  test('a change of what was scattered is not seen', async () => {
    const data = { list: [1, 2], array: new Float64Array([1, 2]) };
    const future = client.scatter([data], { hash: false })[0]!;
    await wait([future]);
    data.list.push(3);
    data.array[0] = 100;
    expect(await future).toEqual({ list: [1, 2], array: new Float64Array([1, 2]) });
  });

  test('scattered data is copied to all, or where it is asked for', async () => {
    const names = Object.keys(await client.nthreads());
    const everywhere = client.scatter(new Float64Array(999), { broadcast: true });
    const there = client.scatter(new Float64Array(998), { workers: names[1]! });
    const where = await client.whoHas([everywhere, there]);
    expect(where[everywhere.key]!.sort()).toEqual([...names].sort());
    expect(where[there.key]).toEqual([names[1]]);
    await client.replicate(there);
    expect((await client.whoHas(there))[there.key]).toHaveLength(2);
  });

  test('data on one worker is spread when a rebalance is over', async () => {
    const [first, second] = Object.keys(await client.nthreads()) as [string, string];
    const arrays = Array.from({ length: 6 }, (_, i) => new Float64Array(1000).fill(i + 100));
    const futures = client.scatter(arrays, { workers: first });
    const held = async () => {
      const all = await client.hasWhat();
      return [first, second].map((name) => futures.filter(({ key }) => all[name]!.includes(key)).length);
    };
    await wait(futures);
    expect(await held()).toEqual([6, 0]);
    await client.rebalance(futures);
    const [stay, moved] = (await held()) as [number, number];
    expect([stay + moved, moved > 0]).toEqual([6, true]);
    expect(await client.gather(futures)).toEqual(arrays);
    await client.rebalance(); // nothing is left to move
    expect(await held()).toEqual([stay, moved]);
    const computed = client.with({ workers: second }).submit(() => new Float64Array(1000));
    await client.replicate(computed, { count: 2 }); // waits until it is there
    expect((await client.whoHas(computed))[computed.key]!.sort()).toEqual([first, second].sort());
    await expect(client.rebalance(futures, { workers: ['nobody'] })).rejects.toThrow('there is no worker nobody');
  });

  test('what was fired is done though it is forgotten', async () => {
    const variable = new Variable<number>('fired', { client });
    using future = client.submit(async (x: number) => void (await new Variable<number>('fired').set(x)), 7);
    fireAndForget(future);
    future.release();
    expect(await variable.get({ timeoutMs: 10_000 })).toBe(7);
    await until(async () => (await client.dumpClusterState()).tasks.every(({ key }) => key !== future.key));
  });

  test('an error is recreated in this process, with the inputs of its task', async () => {
    const double = client.submit((x: number) => 2 * x, 21);
    const bad = client.submit(
      (x: number, options: { readonly name: string }) => {
        throw Object.assign(new RangeError(`${options.name} ${x}`), { pid: process.pid });
      },
      double,
      { name: 'no' },
    );
    const needs = client.submit((x: unknown) => x, bad);
    await wait([needs]);
    await expect(recreateErrorLocally(needs)).rejects.toMatchObject({ message: 'no 42', pid: process.pid });
    await expect(recreateErrorLocally(double)).rejects.toThrow('did not fail');
  });

  test('progress waits, and draws where somebody looks', async () => {
    const lines: string[] = [];
    const stream = { isTTY: true, columns: 60, write: (text: string) => lines.push(text) };
    const futures: Future[] = client.map((x: number) => x, [1, 2, 3]);
    await progress(futures, { stream });
    expect(futures.every(({ done }) => done)).toBe(true);
    expect(lines.join('')).toContain('3/3 100%');
  });

  test('functions run beside the tasks, on the workers and on the scheduler', async () => {
    const names = Object.keys(await client.nthreads());
    const told = await client.run((greeting: string, worker) => `${greeting} ${worker.name}`, { args: ['hello'] });
    expect(told).toEqual(Object.fromEntries(names.map((name) => [name, `hello ${name}`])));
    expect(await client.run(() => 1, { workers: names[0]! })).toEqual({ [names[0]!]: 1 });
    const workers = names[0]!;
    const only = async (result: Promise<Record<string, unknown>>) => (await result)[workers];
    expect(await only(client.run((a: number, b: number) => a + b, { args: [1, 2], workers }))).toBe(3);
    expect(await only(client.run((a: number, ...more: number[]) => a + more.length, { args: [1], workers }))).toBe(1);
    expect(await only(client.run((...all: number[]) => all.length, { args: [1, 2, 3], workers }))).toBe(3);
    expect(await only(client.run(({ name }: { readonly name: string }) => name, { workers }))).toBe(workers);
    // @ts-expect-error: a text is no number
    expect(await only(client.run((a: number) => a, { args: ['1'], workers }))).toBe('1');
    // @ts-expect-error: no such option
    await expect(client.run(() => 1, { worker: workers })).rejects.toThrow('worker');
    await expect(client.run(() => 1, { workers: 'nobody' })).rejects.toThrow('there is no worker nobody');
    await expect(client.run(() => JSON.parse('{'))).rejects.toThrow('JSON');
    const count = await client.runOnScheduler((plus: number, of?: { state: { workers: Map<string, unknown> } }) => {
      return of!.state.workers.size + plus;
    }, 40);
    expect(count).toBe(42);
    expect(await client.runOnScheduler((...all: number[]) => Math.max(...all), 1, 2)).toBe(2);
  });

  test('the cluster tells what it did', async () => {
    const before = performance.timeOrigin + performance.now();
    const future = client.with({ pure: false }).submit((n: number) => new Float64Array(n), 1000);
    await wait([future]);
    const [run] = (await client.getTaskStream({ since: before - 1 })).filter(({ key }) => key === future.key);
    expect(run).toMatchObject({ key: future.key, worker: (await client.whoHas(future))[future.key]![0] });
    expect(run!.nbytes).toBeGreaterThan(8000);
    const story = await client.story(future);
    expect(story.map(({ to }) => to)).toEqual(['waiting', 'queued', 'processing', 'memory']);
    expect(story[0]!.time).toBeGreaterThan(before - 1000);
    const logs = await client.getWorkerLogs({ n: 1 });
    expect(Object.values(logs).every(([line]) => line!.length === 3)).toBe(true);
    const { client: mine, workers } = await client.getVersions({ check: true });
    expect(new Set(Object.values(workers).map(({ node }) => node))).toEqual(new Set([mine.node]));
  });

  test('files and state come to the workers and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
    try {
      writeFileSync(join(folder, 'names.txt'), 'Ada');
      const paths = await client.uploadFile(join(folder, 'names.txt'));
      expect(Object.values(paths).map((path) => readFileSync(path, 'utf8'))).toEqual(['Ada', 'Ada']);
      const dump = join(folder, 'state.json');
      const { tasks } = await client.dumpClusterState(dump);
      expect(JSON.parse(readFileSync(dump, 'utf8')).tasks).toHaveLength(tasks.length);
      await expect(client.uploadFile(join(folder, 'missing'))).rejects.toThrow(InputError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('tasks use uploaded files and import uploaded modules, anew when they have changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
    try {
      const upload = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return client.uploadFile(join(folder, name));
      };
      await upload('units.mjs', 'export const mile = 1609;');
      const paths = await upload(
        'roads.mjs',
        "import { mile } from './units.mjs'; export const road = (n) => n * mile;",
      );
      const metres = async (n: number) => (await importUploaded<{ road(n: number): number }>('roads.mjs')).road(n);
      const workers = Object.keys(paths);
      const everywhere = () =>
        Promise.all(workers.map((name) => client.with({ workers: name, pure: false }).submit(metres, 2)));
      expect(await everywhere()).toEqual([3218, 3218]);
      await upload('roads.mjs', 'export const road = (n) => -n;');
      expect(await everywhere()).toEqual([-2, -2]);
      const place = () => [uploadedFile('units.mjs'), getWorker().localDirectory] as const;
      const [path, directory] = await client.with({ workers: workers[0]! }).submit(place);
      expect([dirname(path), dirname(paths[workers[0]!]!)]).toEqual([directory, directory]);
      const directories = await client.run((worker) => worker.localDirectory);
      expect(directories[workers[0]!]).toBe(directory);
      await expect(client.submit(() => uploadedFile('nothing.csv')).result()).rejects.toThrow(
        /no client has uploaded a file nothing.csv to this worker; there are: .*roads.mjs, units.mjs/,
      );
      expect(() => uploadedFile('units.mjs')).toThrow('inside a function that was submitted');
      // A function by the name of its module, which is not on the machine of the worker.
      await upload('only-uploaded.mjs', 'export const half = (n) => n / 2;');
      const { half } = await importFrom(join(folder, 'only-uploaded.mjs'), folder);
      rmSync(join(folder, 'only-uploaded.mjs'));
      expect((ship(half).payload as Payload).nodes).toMatchObject([{ kind: 'import', imported: 'half' }]);
      expect(await client.submit(half as (n: number) => number, 42)).toBe(21);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('plugins are set up, replaced, and torn down', async () => {
    const plugin = {
      name: 'counter',
      start: 5,
      setup(worker: { readonly name: string }) {
        (globalThis as Record<string, unknown>)[`counter ${worker.name}`] = this.start;
      },
      teardown(worker: { readonly name: string }) {
        delete (globalThis as Record<string, unknown>)[`counter ${worker.name}`];
      },
    };
    const look = () =>
      client.run((worker) => (globalThis as Record<string, unknown>)[`counter ${worker.name}`] ?? 'none');
    await client.registerPlugin(plugin);
    expect(Object.values(await look())).toEqual([5, 5]);
    await client.registerPlugin({ ...plugin, start: 6 });
    expect(Object.values(await look())).toEqual([6, 6]);
    await client.unregisterPlugin('counter');
    expect(Object.values(await look())).toEqual(['none', 'none']);
    await expect(client.unregisterPlugin('counter')).rejects.toThrow('there is no plugin counter');
    await expect(client.registerPlugin({ name: 'idle' })).rejects.toThrow('neither setup nor teardown');
  });

  test('a restart cancels everything, and the threads work again', async () => {
    const endless = client.with({ pure: false }).submit(() => {
      for (;;);
    });
    const kept = client.submit(() => 'kept');
    await kept;
    await client.restart({ timeoutMs: 20_000 });
    expect([endless.status, kept.status]).toEqual(['cancelled', 'cancelled']);
    expect(await client.submit(() => 'anew')).toBe('anew');
  });
});

test.each(kinds)('a cluster of %s is shut down by its client', async (_name, options) => {
  await using cluster = await LocalCluster.start(options);
  await using other = new Client(cluster);
  await other.ready;
  const waiting = other.submit(() => new Promise(() => {}));
  const client = new Client(cluster);
  await client.shutdown();
  await expect(waiting.result()).rejects.toThrow('the cluster has ended: it was closed');
});

describe.each(kinds)('on a cluster of %s that changes', (_name, options) => {
  test('the only copy of a result outlives the worker that retires', async () => {
    await using cluster = await LocalCluster.start(options);
    await using client = new Client(cluster);
    const [leaving, staying] = Object.keys(await client.nthreads()) as [string, string];
    const make = () => new Float64Array(1000).map(() => Math.random());
    const future = client.with({ workers: leaving, allowOtherWorkers: true, pure: false }).submit(make);
    await wait([future]);
    expect((await client.whoHas(future))[future.key]).toEqual([leaving]);
    expect(await client.retireWorkers({ workers: leaving })).toEqual([leaving]);
    expect(await client.hasWhat()).toEqual({ [staying]: [future.key] });
    expect(await future).toHaveLength(1000);
    const ran = (await client.story(future)).filter(({ to }) => to === 'processing');
    expect(ran).toHaveLength(1);
    await expect(client.retireWorkers({ workers: staying })).rejects.toThrow('no other worker is left');
  });
});

test('what cannot be copied or moved is named', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  const arrays = client.scatter([1, 2].map((n) => new Float64Array(1000).fill(n)));
  await wait(arrays);
  // A worker that can reach nobody: it says so of all that it is told to fetch.
  const { address, secret } = await cluster.target;
  const cutOff = await connect(address, { secret });
  cutOff.onMessage(({ op, keys }) => {
    if (op === 'acquire') cutOff.send({ op: 'missing-data', from: '', keys, tasks: [] });
  });
  const place = { host: 'here', pid: 0, address: 'tcp://nowhere:1', nthreads: 1 };
  cutOff.send({ op: 'register-worker', name: 'cut-off', ...place });
  await client.waitForWorkers(2);
  const keys = arrays.map(({ key }) => key);
  await expect(client.rebalance(arrays)).rejects.toThrow(
    new SheafError(`some results could not be moved: ${keys[0]} (cut-off could not get it)`),
  );
  await expect(client.replicate(arrays[1]!, { count: 2 })).rejects.toThrow(
    new SheafError(`not all results could be copied to 2 workers: ${keys[1]} is on 1 (cut-off could not get it)`),
  );
  cutOff.close();
});

test('a worker that joins later has files and plugins before its first task, and tells of a plugin that fails', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  writeFileSync(join(folder, 'names.txt'), 'Ada');
  const marker = join(folder, 'set-up');
  await client.uploadFile(join(folder, 'names.txt'));
  await client.registerPlugin({
    name: 'slow',
    marker,
    async setup(worker) {
      const { existsSync, writeFileSync } = await import('node:fs');
      if (!existsSync(`${worker.localDirectory}/names.txt`)) throw new Error('it came before the file');
      await new Promise((resolve) => setTimeout(resolve, 100));
      writeFileSync(this.marker, 'done');
    },
  });
  await client.registerPlugin({
    name: 'second-fails',
    setup: async (worker) => {
      if (!worker.name.endsWith('-0')) throw new RangeError(`no licence for ${worker.name}`);
    },
  });
  rmSync(marker); // written by the first worker
  const [first] = Object.keys(await client.nthreads());
  const [warning] = await warningsDuring(async () => {
    const gate = client.with({ workers: first! }).submit(() => new Promise<void>(() => {})); // the first is busy
    const waiting = client.map(
      async (_: number, file: string) => [
        uploadedFile('names.txt'),
        (await import('node:fs')).readFileSync(file, 'utf8'),
      ],
      [1, 2],
      [marker, marker],
    );
    await cluster.scale(2);
    for (const [path, mark] of await client.gather(waiting))
      expect([basename(path!), mark]).toEqual(['names.txt', 'done']);
    await gate.cancel();
  });
  const second = Object.keys(await client.nthreads()).find((name) => name !== first)!;
  const why = `the plugin second-fails could not be set up on worker ${second}: RangeError: no licence for ${second}`;
  expect(warning!.message).toBe(`worker ${second} has joined and works without the plugin second-fails: ${why}`);
  const logs = await client.getWorkerLogs({ workers: second });
  expect(logs[second]!.map(([, level, text]) => [level, text])).toContainEqual(['error', why]);
});

test('a plugin that fails on one worker is taken back from all', async () => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  const [good, bad] = Object.keys(await client.nthreads()) as [string, string];
  const plugin = {
    name: 'half',
    bad,
    async setup(worker: { readonly name: string }) {
      if (worker.name === this.bad) throw new RangeError('no room');
      Object.assign(globalThis, { [`half ${worker.name}`]: true });
    },
    teardown: (worker: { readonly name: string }) => Reflect.deleteProperty(globalThis, `half ${worker.name}`),
  };
  const sentence = `the plugin half could not be set up on worker ${bad}: RangeError: no room`;
  await expect(client.registerPlugin(plugin)).rejects.toThrow(new SheafError(sentence));
  expect(`half ${good}` in globalThis).toBe(false);
  await expect(client.unregisterPlugin('half')).rejects.toThrow('there is no plugin half');
});
