/** Processes of clients and schedulers that are killed, and what is left of their clusters. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { Client } from '../../../src/client/client.js';
import { SchedulerLostError } from '../../../src/client/connection.js';
import { isThere, processes, until } from '../../support/faults.js';

const front = new URL('../../../src/index.js', import.meta.url).href;

interface Script {
  readonly child: ChildProcess;
  /** The next line that it prints. */
  readonly line: () => Promise<string>;
  /** Its exit code and what it wrote to stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Runs a script in a process of its own. */
function script(source: string): Script {
  const whole = `import { Client, LocalCluster } from '${front}';\n${source}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', whole], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  let stderr = '';
  child.stderr!.on('data', (text) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the script ended: ${(await ended).stderr}`);
    return value;
  };
  return { child, line, ended };
}

test('what a client that is killed wanted is released, and its endless task stopped', async () => {
  await using cluster = await processes(1);
  await using witness = new Client(cluster);
  const { address, secret } = await cluster.target;
  const { child, line, ended } = script(`
    const client = new Client('${address}', { secret: '${secret}' });
    const kept = client.submit(() => new Float64Array(5000));
    await kept.result();
    const endless = client.submit(() => { for (;;); });
    const behind = client.map((x) => x, [1, 2, 3]);
    console.log('submitted');
    await client.gather([endless, ...behind]);
  `);
  expect(await line()).toBe('submitted');
  await until(async () => {
    const { workers, tasks } = await witness.schedulerInfo();
    return workers[0]!.processing > 0 && tasks === 5;
  });
  const { pid } = (await witness.schedulerInfo()).workers[0]!;
  child.kill('SIGKILL');
  await ended;
  await until(async () => (await witness.schedulerInfo()).tasks === 0);
  expect(await witness.submit(() => process.pid)).toBe(pid); // on its one thread
  expect((await witness.schedulerInfo()).workers[0]!.nbytes).toBe(0);
});

test('when the process of the scheduler is killed, workers end and clients are told; nothing stays behind', async () => {
  const home = script(`
    const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
    const client = new Client(cluster);
    const { workers } = await client.schedulerInfo();
    console.log(JSON.stringify({ ...(await cluster.target), pids: workers.map(({ pid }) => pid) }));
    await client.submit(() => { for (;;); });
  `);
  const { address, secret, pids } = JSON.parse(await home.line()) as {
    address: string;
    secret: string;
    pids: number[];
  };
  await using client = new Client(address, { secret });
  const other = script(`
    const client = new Client('${address}', { secret: '${secret}' });
    const waiting = client.submit((x) => x, client.submit(() => new Promise(() => {})));
    await client.schedulerInfo();
    console.log('waits');
    await waiting;
  `);
  expect(await other.line()).toBe('waits');
  const waiting = client.with({ pure: false }).submit(() => new Promise(() => {}));
  const refused = expect(waiting.result()).rejects.toBeInstanceOf(SchedulerLostError);
  await client.schedulerInfo();
  expect(pids.map(isThere)).toEqual([true, true]);
  home.child.kill('SIGKILL');
  await refused;
  await expect(client.schedulerInfo()).rejects.toThrow(`the scheduler at ${address} is gone`);
  await expect(client.submit(() => 1).result()).rejects.toBeInstanceOf(SchedulerLostError);
  const { code, stderr } = await other.ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`SchedulerLostError: the scheduler at ${address} is gone`);
  expect((await home.ended).code).toBe(null);
  await until(() => !pids.some(isThere));
});
