import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { program } from '../support/cli.js';
import { findMpirun, type MpiKind, mpiTitle, type Running, start } from '../support/mpi.js';
import { untilNoneHas } from '../support/processes.js';

const script = fileURLToPath(new URL('./split-client.js', import.meta.url));
let directory: string;
let file: string;
let token: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  file = join(directory, 's.json');
  token = randomUUID();
});
afterEach(async () => {
  await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
  rmSync(directory, { recursive: true });
});

const env = () => ({ SHEAF_TEST_TOKEN: token });
const run = (command: string, ...args: string[]): Running => start(command, args, { env: env() });
const sheaf = (...args: string[]): Running => run(process.execPath, program, ...args);
const client = (what: string, ...more: string[]): Running => run(process.execPath, script, what, file, ...more);

async function schedulerAndWorkers(count: number, nthreads = '1'): Promise<readonly [Running, ...Running[]]> {
  const scheduler = sheaf('scheduler', '--scheduler-file', file, '--port', '0');
  await scheduler.said('join it with');
  const workers = Array.from({ length: count }, () =>
    sheaf('worker', '--scheduler-file', file, '--nthreads', nthreads),
  );
  await Promise.all(workers.map((worker) => worker.said('joined')));
  return [scheduler, ...workers];
}

test('a scheduler, a worker, a client, and the end that the client asks for', async () => {
  const [scheduler, worker] = await schedulerAndWorkers(1);
  expect(await client('squares').ended).toEqual({ code: 0, stdout: '[ 1, 4, 9 ]\n', stderr: '' });
  expect(await client('shutdown').ended).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await worker!.ended).toMatchObject({ code: 0, stderr: '' });
  expect(await scheduler.ended).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout: expect.stringMatching(
      new RegExp(`^scheduler at tcp://.+\\njoin it with: sheaf worker --scheduler-file ${file}\\n$`),
    ),
  });
  expect(existsSync(file)).toBe(false);
});

test('a script written for mpirun joins a cluster that the environment names', async () => {
  const [scheduler, worker] = await schedulerAndWorkers(1);
  const joined = start(process.execPath, [script, 'unchanged'], { env: { ...env(), SHEAF_SCHEDULER_FILE: file } });
  expect(await joined.ended).toEqual({ code: 0, stdout: '[ 1, 4, 9 ]\n', stderr: '' });
  process.kill(scheduler.pid, 'SIGTERM');
  expect([(await scheduler.ended).code, (await worker!.ended).code]).toEqual([0, 0]);
});

test('by address and secret', async () => {
  const scheduler = start(process.execPath, [program, 'scheduler', '--port', '0', '--interface', 'lo'], { env: env() });
  await scheduler.said('join it with');
  process.kill(scheduler.pid, 'SIGINT');
  const { stdout } = await scheduler.ended;
  const printed = /^scheduler at (tcp:\/\/127\.0\.0\.1:\d+)\njoin it with: SHEAF_SECRET=(\S+) sheaf worker \1\n$/;
  const [, address, secret] = printed.exec(stdout)!;
  expect(await sheaf('worker', address!).ended).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: `sheaf worker: SHEAF_SECRET is not set: it is the secret of the cluster at ${address}, which its scheduler printed\n`,
  });
  const late = start(process.execPath, [program, 'worker', address!, '--timeout-ms', '100'], {
    env: { ...env(), SHEAF_SECRET: secret! },
  });
  expect(await late.ended).toMatchObject({
    ...{ code: 1, stdout: '' },
    stderr: expect.stringMatching(
      /^sheaf worker: no connection within 0\.1 s, by any of these addresses: .*ECONNREFUSED.*\n$/,
    ),
  });
});

test('a worker that gets SIGTERM hands over what it holds', async () => {
  const [scheduler, leaves, stays] = await schedulerAndWorkers(2);
  const running = client('worker leaves');
  await running.said('ready');
  process.kill(leaves!.pid, 'SIGTERM');
  expect(await running.ended).toEqual({ code: 0, stdout: 'ready\n[ 1000, 2000, 3000, 4000 ] 0\n', stderr: '' });
  expect(await leaves!.ended).toMatchObject({ code: 0, stderr: '' });
  process.kill(scheduler.pid, 'SIGTERM');
  expect([(await scheduler.ended).code, (await stays!.ended).code]).toEqual([0, 0]);
});

test('a worker that is busy leaves by a second SIGTERM', async () => {
  const [scheduler, worker] = await schedulerAndWorkers(1, '2');
  const running = client('endless');
  await running.said('ready');
  process.kill(worker!.pid, 'SIGTERM');
  const status = client('retiring');
  await status.said('retiring');
  process.kill(worker!.pid, 'SIGTERM');
  expect(await worker!.ended).toMatchObject({ code: 143, stderr: '' });
  process.kill(scheduler.pid, 'SIGTERM');
  expect((await scheduler.ended).code).toBe(0);
  expect(await running.ended).toMatchObject({ code: 0, stdout: 'ready\nSchedulerLostError\n' });
  expect((await status.ended).code).toBe(0);
});

test('a scheduler that is killed: the workers end, the client hears of it, its file is told to be left over', async () => {
  const [scheduler, worker] = await schedulerAndWorkers(1);
  const running = client('scheduler dies');
  await running.said('ready');
  process.kill(scheduler.pid, 'SIGKILL');
  const { code, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/SchedulerLostError: the scheduler at tcp:\/\/\S+ is gone/);
  expect(await worker!.ended).toMatchObject({ code: 0, stderr: '' });
  await scheduler.ended;
  expect(existsSync(file)).toBe(true);
  const late = await client('workers', '1', '1000').ended;
  expect(late.code).toBe(1);
  expect(late.stderr).toMatch(
    /SchedulerFileError: the scheduler file \S+ seems left over: .* does not answer within 1 s/,
  );
  // Another scheduler takes its place.
  const [again, other] = await schedulerAndWorkers(1);
  expect(await client('squares').ended).toMatchObject({ code: 0, stderr: '' });
  process.kill(again.pid, 'SIGTERM');
  expect([(await again.ended).code, (await other!.ended).code]).toEqual([0, 0]);
});

test.each<[string, string[], RegExp]>([
  ['a file of another kind', ['worker', '--scheduler-file', 'FILE'], /^sheaf worker: \S+ is not a scheduler file/],
  [
    'an interface that is not there',
    ['scheduler', '--interface', 'ib7'],
    /^sheaf scheduler: network interface "ib7" does not exist/,
  ],
  [
    'a protocol that is not there',
    ['scheduler', '--protocol', 'udp'],
    /^sheaf scheduler: --protocol must be tcp or tls, got 'udp'/,
  ],
  [
    'certificates that nobody would get',
    ['scheduler', '--protocol', 'tls'],
    /^sheaf scheduler: --protocol tls needs --scheduler-file/,
  ],
  [
    'no launcher',
    ['mpi', '--scheduler-file', 'FILE'],
    /^sheaf mpi: a launcher starts it, such as mpirun -n 4 sheaf mpi/,
  ],
  [
    'a resource without a number',
    ['worker', '--scheduler-file', 'FILE', '--resource', 'GPU'],
    /^sheaf worker: --resource must be a name/,
  ],
])('%s', async (_, args, sentence) => {
  writeFileSync(file, '{}');
  const { code, stdout, stderr } = await sheaf(...args.map((arg) => (arg === 'FILE' ? file : arg))).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

describe.each<MpiKind>(['openmpi', 'mpich'])('sheaf mpi', (kind) => {
  const mpirun = findMpirun(kind);
  const under = `under ${mpiTitle(kind)}`;
  const ranks = (size: number, ...args: string[]): Running =>
    run(mpirun!.command, ...mpirun!.flags, '-n', String(size), process.execPath, program, 'mpi', ...args);

  test.skipIf(!mpirun)(`${under}: ranks make a cluster, more ranks join it, a client ends it`, async () => {
    const job = ranks(3, '--scheduler-file', file, '--nthreads', '1');
    expect(await client('squares').ended).toEqual({ code: 0, stdout: '[ 1, 4, 9 ]\n', stderr: '' });
    const more = ranks(2, '--no-scheduler', '--scheduler-file', file, '--nthreads', '1');
    expect(await client('workers', '4').ended).toEqual({ code: 0, stdout: '4 [ 1 ]\n', stderr: '' });
    expect((await client('shutdown').ended).code).toBe(0);
    expect(await job.ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('scheduler at tcp://'),
    });
    expect(await more.ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(existsSync(file)).toBe(false);
  });

  // npx closes the socket on which Hydra's ranks meet: they find each other by the file.
  test.skipIf(!mpirun)(`${under}: through npx`, async () => {
    // A project of the user's, where the package is installed.
    mkdirSync(join(directory, 'node_modules', '.bin'), { recursive: true });
    symlinkSync(program, join(directory, 'node_modules', '.bin', 'sheaf'));
    const npx = ['npx', '--no', 'sheaf', 'mpi', '--scheduler-file', file, '--nthreads', '1'];
    const job = run(
      'sh',
      '-c',
      'cd "$0" && exec "$@"',
      directory,
      mpirun!.command,
      ...mpirun!.flags,
      '-n',
      '3',
      ...npx,
    );
    expect(await client('workers', '2').ended).toEqual({ code: 0, stdout: '2 [ 1 ]\n', stderr: '' });
    expect((await client('shutdown').ended).code).toBe(0);
    expect(await job.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('scheduler at tcp://') });
  });

  test.skipIf(!mpirun)(`${under}: SIGTERM ends it`, async () => {
    const job = ranks(2, '--scheduler-file', file, '--inclusive-workers', '--protocol', 'tls');
    expect(await client('workers', '2').ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 /) });
    process.kill(job.pid, 'SIGTERM');
    await job.ended;
    expect(existsSync(file)).toBe(false);
  });

  test.skipIf(!mpirun)(`${under}: one rank is too few`, async () => {
    const { code, stderr } = await ranks(1, '--scheduler-file', file).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('sheaf mpi: one rank is the scheduler, and no worker is left: start 2 ranks or more');
  });
});
