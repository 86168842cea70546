import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Ended, findMpirun, type MpiKind, mpiTitle, type Running, runRanks, startRanks } from '../support/mpi.js';
import { processesOfRank, untilNoneHas } from '../support/processes.js';

const program = fileURLToPath(new URL('./initialize-job.js', import.meta.url));
const kinds: readonly MpiKind[] = ['openmpi', 'mpich'];

describe.each(kinds)('initialize()', (kind) => {
  const mpirun = findMpirun(kind);
  const under = `under ${mpiTitle(kind)}`;

  /** Runs one of the scripts and waits until nothing of it is left. */
  async function run(script: string, size: number, ...args: string[]): Promise<Ended> {
    const token = `SHEAF_TEST_TOKEN=${randomUUID()}`;
    const [name, value] = token.split('=') as [string, string];
    const ended = await runRanks(mpirun!, size, program, { args: [script, ...args], env: { [name]: value } });
    await untilNoneHas(token);
    return ended;
  }

  test.skipIf(!mpirun).each([3, 5, 9])(`${under}: %i ranks compute a graph`, async (size) => {
    const workers = Array.from({ length: size - 2 }, (_, i) => String(i + 2));
    const result = Array.from({ length: 10 }, (_, i) => ((1000 + i) * (999 + i)) / 2).reduce((a, b) => a + b);
    const output = `${JSON.stringify({ rank: 1, result, workers })}\n{ plain: 1, text: 'not coloured' }\n`;
    expect(await run('graph', size)).toEqual({ code: 0, stdout: output, stderr: '' });
  });

  test.skipIf(!mpirun).each([
    ['left open', '1\n'],
    ['no client', 'done\n'],
    ['exit at once', ''],
    ['shutdown', 'after the shutdown\n'],
    ['killed workers', '{ sum: 100000, isSame: false, count: 1 }\n'],
    ['busy worker', 'done\n'],
  ])(`${under}: the job ends with the script '%s'`, async (script, stdout) => {
    expect(await run(script, 3)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test.skipIf(!mpirun).each<[number, object, Record<string, unknown>]>([
    [3, {}, { rank: 1, schedulerRank: 0, clientRank: 1, names: ['2'] }],
    [4, { schedulerRank: 3, clientRank: 0 }, { rank: 0, schedulerRank: 3, clientRank: 0, names: ['1', '2'] }],
    [3, { exclusive: false }, { rank: 1, schedulerRank: 0, clientRank: 1, names: ['0', '1', '2'] }],
    [2, { exclusive: false }, { rank: 1, schedulerRank: 0, clientRank: 1, names: ['0', '1'] }],
    [1, { exclusive: false }, { rank: 0, schedulerRank: 0, clientRank: 0, names: ['0'] }],
    [3, { protocol: 'tls' }, { rank: 1, schedulerRank: 0, clientRank: 1, names: ['2'], scheme: 'tls:' }],
  ])(`${under}: %i ranks with %j`, async (size, options, { rank, names, scheme = 'tcp:', ...roles }) => {
    const ended = await run('roles', size, JSON.stringify(options));
    expect({ ...ended, stdout: JSON.parse(ended.stdout) }).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: {
        ...{ rank, names, scheme, squares: [1, 4, 9, 16] },
        launch: {
          ...{ launcher: kind === 'openmpi' ? 'openmpi' : 'pmi', ranks: size, ...roles },
          way: size === 1 ? 'none' : kind === 'openmpi' ? 'file' : 'pmi',
        },
      },
    });
  });

  test.skipIf(!mpirun)(`${under}: all ranks go on after the job, if they are to`, async () => {
    const { stdout, ...ended } = await run('goes on everywhere', 4);
    expect(ended).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').sort()).toEqual(['0 false', '1 true', '2 false', '3 false']);
  });

  test.skipIf(!mpirun)(`${under}: options of the workers`, async () => {
    const workerOptions = { nthreads: 2, resources: { GPU: 1 }, memoryLimit: '100 MiB' };
    const ended = await run('options', 3, JSON.stringify({ nthreads: 1, memoryLimit: 0, workerOptions }));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject([
      { nthreads: 2, resources: { GPU: 1 }, memoryLimit: 100 * 2 ** 20 },
    ]);
  });

  test.skipIf(!mpirun).each([
    [{ nthread: 2 }, 'initialize has no option nthread: there are nthreads, '],
    [{ nthreads: 0 }, 'initialize: nthreads must be a positive integer, but it is 0'],
    [{ protocol: 'udp' }, `initialize: protocol is "udp": it must be 'tcp' or 'tls'`],
    [{ workerOptions: { name: 'x' } }, 'initialize: workerOptions has no option name: there are nthreads, '],
    [{ schedulerRank: 7 }, 'initialize: schedulerRank is 7, but the ranks of this job are 0 to 2'],
  ])(`${under}: options that cannot be, %j`, async (options, sentence) => {
    const ended = await run('options', 3, JSON.stringify(options));
    expect(ended.code).toBe(2);
    expect(ofOurs(ended)).toEqual({ stdout: '', sentences: [expect.stringContaining(`sheaf: ${sentence}`)] });
  });

  // What code the launcher ends with is its own affair: Hydra's is 0 after SIGINT.
  test.skipIf(!mpirun).each<[NodeJS.Signals]>([['SIGTERM'], ['SIGINT']])(
    `${under}: %s to the launcher is an orderly end`,
    async (signal) => {
      const { stdout, events } = await end('asked to end', ({ pid }) => void process.kill(pid, signal));
      expect(stdout).toMatch(/^ready\n/);
      expect(events).toEqual(expect.arrayContaining(['add-worker', 'add-client', 'task-done', 'end']));
    },
  );

  test.skipIf(!mpirun).each<[NodeJS.Signals]>([['SIGTERM'], ['SIGUSR1'], ['SIGUSR2']])(
    `${under}: %s to the scheduler alone: the script hears of it`,
    async (signal) => {
      const { code, stdout, events } = await end('asked to end', (_, token) => {
        process.kill(processesOfRank(token, 0)[0]!, signal);
      });
      expect(code).toBe(4);
      expect(stdout.split('\n')[1]).toBe(`the cluster has ended: the job was asked to end (${signal})`);
      expect(events).toContain('end');
    },
  );

  test.skipIf(!mpirun)(`${under}: a script that handles the signal has its cluster until it ends`, async () => {
    const { code, stdout } = await end('ends in its own way', (_, token) => {
      const pids = [0, 1, 2].map((rank) => processesOfRank(token, rank)[0]!);
      for (const pid of pids) process.kill(pid, 'SIGTERM');
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n[ 1, 4, 9 ]\n' });
  });

  test.skipIf(!mpirun)(`${under}: a scheduler that is killed ends the job, and nothing stays`, async () => {
    const { code, stdout } = await end('asked to end', (_, token) => {
      process.kill(processesOfRank(token, 0)[0]!, 'SIGKILL');
    });
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/^ready\n/);
  });

  test.skipIf(!mpirun)(`${under}: two jobs side by side do not meet`, async () => {
    const tokens = [randomUUID(), randomUUID()];
    const jobs = tokens.map((token) =>
      startRanks(mpirun!, 4, program, {
        args: ['own job'],
        env: { SHEAF_TEST_TOKEN: token, SHEAF_TEST_JOB: token },
      }),
    );
    await Promise.all(jobs.map((job) => job.said('ready')));
    for (const token of tokens) process.kill(processesOfRank(token, 1)[0]!, 'SIGUSR2');
    for (const job of jobs) expect(await job.ended).toEqual({ code: 0, stdout: 'ready true 4 2\n', stderr: '' });
    for (const token of tokens) await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
  });

  /** Runs a script of three ranks, does something when it is ready, and waits until nothing of it is left. */
  async function end(script: string, act: (running: Running, token: string) => void) {
    const directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
    try {
      const token = randomUUID();
      const log = join(directory, 'events.jsonl');
      const running = startRanks(mpirun!, 3, program, { args: [script, log], env: { SHEAF_TEST_TOKEN: token } });
      await running.said('ready');
      act(running, token);
      const ended = await running.ended;
      await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
      const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
      return { ...ended, events: lines.map((line) => JSON.parse(line).event as string) };
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  test.skipIf(!mpirun).each([
    [1, 'one process'],
    [2, '2 processes'],
  ])(`${under}: %i ranks are too few`, async (size, started) => {
    const ended = await run('graph', size);
    expect(ended.code).toBe(2);
    expect(ofOurs(ended)).toEqual({
      stdout: '',
      sentences: [
        `sheaf: the launcher started ${started}, but a cluster needs at least 3: rank 0 is the scheduler, rank 1 runs ` +
          'the script, the others are workers. Start it with -n 3 or more, let all ranks compute with ' +
          'initialize({ exclusive: false }), or start it without a launcher to use the cores of this machine',
      ],
    });
  });

  test.skipIf(!mpirun)(
    `${under}: a module of the script that starts the cluster, and one that imports it`,
    async () => {
      const ended = await runRanks(mpirun!, 4, fileURLToPath(new URL('./programs/app-main.js', import.meta.url)));
      // No warning before the first line: functions of the module that called initialize() need not be asked for.
      expect(ended).toMatchObject({
        code: 0,
        stdout:
          '[[2,4,6],9]\n' +
          "the module 'app-helpers.js' could not be imported in the worker: initialize() was called on a worker, for a task: " +
          'by the task itself, or by a module that its function imports; what functions use of it is sent by value instead, ' +
          'as it is now\n' +
          '[4,[1,2]]\n',
      });
    },
  );

  test.skipIf(!mpirun)(`${under}: a script that throws`, async () => {
    const ended = await run('throw', 4);
    expect(ended.code).toBe(1);
    expect(ended.stderr.match(/^RangeError: a mistake in the script$/gm)).toHaveLength(1);
    expect(ofOurs(ended)).toEqual({ stdout: '', sentences: [] });
  });

  test.skipIf(!mpirun)(`${under}: a script that chooses its exit code`, async () => {
    const ended = await run('exit 3', 4);
    expect(ended.code).toBe(3);
    expect(ofOurs(ended)).toEqual({ stdout: '', sentences: [] });
  });

  test.skipIf(!mpirun).each([
    [
      'scheduler without interface',
      /^sheaf: rank 0 \(scheduler on \S+\) failed: network interface "nosuch0" does not exist/,
    ],
    ['worker without interface', /^sheaf: rank 2 \(worker on \S+\) failed: network interface "nosuch0" does not exist/],
  ])(`${under}: %s`, async (script, sentence) => {
    const ended = await run(script, 4);
    expect(ended.code).toBe(1);
    expect(ofOurs(ended)).toEqual({ stdout: '', sentences: [expect.stringMatching(sentence)] });
  });

  // Where the ranks meet by PMI it is the meeting that fails. All say so, the script's rank by an error, until Hydra kills them.
  test.skipIf(!mpirun).each(['client that never comes', 'worker that never comes'])(`${under}: %s`, async (script) => {
    const ended = await run(script, 4);
    expect(ended.code).not.toBe(0);
    expect(ofOurs(ended).stdout).toBe('');
    expect(ended.stderr).toMatch(
      /^(sheaf:|BootstrapError:) .*(did not join the scheduler on \S+ within 500 ms: \d|waited 500 ms for the other ranks)/m,
    );
  });

  if (kind === 'mpich') return; // Hydra ends the job with any rank that is killed
  test.skipIf(!mpirun)(`${under}: a whole rank that is killed, with --enable-recovery: the others finish`, async () => {
    const token = randomUUID();
    const flags = [...mpirun!.flags, '--enable-recovery'];
    const args = ['long work', '40', '100'];
    const running = startRanks({ ...mpirun!, flags }, 5, program, { args, env: { SHEAF_TEST_TOKEN: token } });
    await running.said('ready');
    process.kill(processesOfRank(token, 4)[0]!, 'SIGKILL');
    expect(await running.ended).toMatchObject({ code: 0, stdout: 'ready\nright\n2\n' });
    await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
  });
});

/** Without what the launchers say of an exit code that is not 0: Hydra a box on stdout, Open MPI one on stderr. */
function ofOurs({ stdout, stderr }: Ended): { stdout: string; sentences: readonly string[] } {
  return {
    stdout: stdout.replace(/^\n?=+\n=.*BAD TERMINATION[\s\S]*$/m, ''),
    sentences: stderr.split('\n').filter((line) => line.startsWith('sheaf: ')),
  };
}
