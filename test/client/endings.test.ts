/** What a client's user meets when something ends: an answer each time, never a wait without end. */
import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { Client } from '../../src/client/client.js';
import { SchedulerLostError } from '../../src/client/connection.js';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { listen, type Message } from '../../src/comm/comm.js';
import { type Graph, GraphBuilder } from '../../src/graph/graph.js';
import { isThere, until } from '../support/faults.js';
import { op } from '../support/ops.js';

const processes = (workers: number) => LocalCluster.start({ workers, threadsPerWorker: 1, processes: true });

function one(name: string, params: unknown): [Graph, string[]] {
  const task = { key: name, op: op(name), params, deps: [] };
  return [{ layers: [{ kind: 'tasks', tasks: [task] }] }, [name]];
}

test('futures of a client that was closed reject', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  const client = new Client(cluster);
  await client.close();
  await expect(client.get(...one('add', 1))).rejects.toThrow('the client was closed');
});

test.each([
  ['before it is connected', () => {}],
  ['when it is connected', (client: Client) => client.ready],
])('a graph that cannot be sent fails alone, %s', async (_when, reached) => {
  await using cluster = await processes(1);
  await using client = new Client(cluster);
  await reached(client);
  const [future] = client.submitGraph(...one('add', () => 1));
  await expect(future!.result()).rejects.toThrow('tasks[0].params (a function) is not plain data');
  expect(future!.status).toBe('error');
  future!.release();
  expect(await client.get(...one('add', 1))).toEqual([1]);
});

test('what is awaited when the last worker ends is told so, and so is a client that comes later', async () => {
  await using cluster = await LocalCluster.start({
    ...{ workers: 1, threadsPerWorker: 1, processes: true },
    allowedFailures: 100,
  });
  await using client = new Client(cluster);
  await expect(client.get(...one('kill', null))).rejects.toThrow(
    /no workers any more: worker local-\d+-0 died 4 times within 60 s and is not started again; the last time: signal SIGKILL/,
  );
  await using late = new Client(cluster);
  await expect(late.get(...one('add', 1))).rejects.toBeInstanceOf(SchedulerLostError);
});

test('a client that comes when a worker has ended works with the others', async () => {
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const deadly = builder.add(op('killOnce'), `${(await cluster.target).address} late`);
  expect(await client.get(builder.build(), [deadly])).toEqual([0]);
  await using late = new Client(cluster);
  expect(await late.get(...one('add', 1))).toEqual([1]);
});

test.each([true, false])('a client that comes when the cluster goes is told (processes: %s)', async (isOfProcesses) => {
  const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes: isOfProcesses });
  const client = new Client(cluster);
  const refused = expect(client.get(...one('add', 1))).rejects.toBeInstanceOf(SchedulerLostError);
  await cluster.close();
  await refused;
  await expect(new Client(cluster).ready).rejects.toThrow('the cluster was closed');
});

test('a result that is released while it is fetched from where it is no more: its future rejects', async () => {
  const events = new EventTarget();
  const happens = (name: string) => new Promise((resolve) => events.addEventListener(name, resolve, { once: true }));
  const secret = '-';
  const worker = await listen('inproc://endings-worker', {
    secret,
    onComm: (comm) =>
      comm.onMessage(({ id }) => {
        events.addEventListener('answer', () => comm.send({ op: 'end-of-data', id }));
        events.dispatchEvent(new Event('asked'));
      }),
  });
  const scheduler = await listen('inproc://endings-scheduler', {
    secret,
    onComm: (comm) =>
      comm.onMessage(({ op, keys }: Message) => {
        const holders = [{ worker: 'w', address: worker.address }];
        if (op === 'update-graph') comm.send({ op: 'in-memory', key: (keys as string[])[0], holders });
      }),
  });
  const client = new Client(scheduler.address, { secret });
  const asked = happens('asked');
  const [future] = client.submitGraph(...one('range', 5000));
  const refused = expect(future!.result()).rejects.toThrow('was released');
  await asked;
  future!.release();
  events.dispatchEvent(new Event('answer'));
  await refused;
  await client.close();
  await Promise.all([scheduler.close(), worker.close()]);
});

const front = new URL('../../src/index.js', import.meta.url).href;

/** Runs a script to its end: its exit code and its output. */
function run(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const source = `import { Client, LocalCluster, initialize } from '${front}';\n${script}\nconsole.log('end');`;
  return new Promise((resolve) => {
    const done = (error: { code?: unknown } | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    execFile(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], { timeout: 30_000 }, done);
  });
}

const graph = `{ layers: [{ kind: 'tasks', tasks: [{ key: 'k', op: '${op('add')}', params: 4, deps: [] }] }] }`;

test.each([
  ['nothing closed', `console.log(await new Client().get(${graph}, ['k']));`, '[ 4 ]\nend\n'],
  [
    'a task that imports, without a word of how it is done',
    "console.log(await new Client().submit(async () => (await import('node:path')).posix.sep));",
    '/\nend\n',
  ],
  [
    'workers that did not come',
    `await new Client().waitForWorkers(9, 1).catch(({ message }) => console.log(message));`,
    '1 of 9 workers joined within 1 ms: local-0-0\nend\n',
  ],
  [
    'a local cluster of processes that grows and shrinks while nothing else is asked of it',
    `const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes: true });
    await cluster.scale(2);
    await cluster.scale(1);
    await cluster.close();`,
    'end\n',
  ],
  [
    'a task that uses what it captured of this package as values',
    `const { Queue, bag } = await import('${front}');
    const [client, queue] = [new Client(), new Queue('q')];
    const words = await client.submit(async () => {
      await new Queue('q').put(7);
      return bag.range(3, 1).sum().compute();
    });
    console.log(await queue.get(), words);`,
    '7 3\nend\n',
  ],
  [
    'a cluster that cannot start',
    `await initialize({ workers: 0 }).catch(({ name }) => console.log(name));`,
    'InputError\nend\n',
  ],
])('a script ends by itself after %s', async (_what, script, stdout) => {
  expect(await run(script)).toEqual({ code: 0, stdout, stderr: '' });
});

test('nothing stays behind a script that fails with workers in other processes', async () => {
  const { code, stdout, stderr } = await run(`
    const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
    const { workers } = await new Client(cluster).schedulerInfo();
    console.log(workers.map(({ pid }) => pid).join(' '));
    throw new Error('at top level');
  `);
  expect(code).toBe(1);
  expect(stderr).toContain('Error: at top level');
  const pids = stdout.trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  // They end when they see that their parent has; the test's time limit is theirs.
  await until(() => !pids.some(isThere));
});
