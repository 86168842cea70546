import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Ended, findMpirun, type MpiKind, mpiTitle, runRanks } from '../support/mpi.js';

const program = fileURLToPath(new URL('./initialize-job.js', import.meta.url));
const kinds: readonly MpiKind[] = ['openmpi', 'mpich'];

describe.each(kinds)('initialize()', (kind) => {
  const mpirun = findMpirun(kind);
  const under = `under ${mpiTitle(kind)}`;

  /** Runs one of the scripts and waits until nothing of it is left. */
  async function run(script: string, size: number): Promise<Ended> {
    const token = `SHEAF_TEST_TOKEN=${randomUUID()}`;
    const [name, value] = token.split('=') as [string, string];
    const ended = await runRanks(mpirun!, size, program, { args: [script], env: { [name]: value } });
    await untilNoneHas(token);
    return ended;
  }

  test.skipIf(!mpirun).each([3, 5])(`${under}: %i ranks compute a graph`, async (size) => {
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
          'the script, the others are workers. Start it with -n 3 or more, or without a launcher to use the cores of ' +
          'this machine',
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
    ['scheduler without interface', /^sheaf: rank 0 \(scheduler\) failed: network interface "nosuch0" does not exist/],
    ['worker without interface', /^sheaf: rank 2 \(worker\) failed: network interface "nosuch0" does not exist/],
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
      /^(sheaf:|BootstrapError:) .*(did not join within 500 ms|waited 500 ms for the other ranks)/m,
    );
  });
});

/** Without what the launchers say of an exit code that is not 0: Hydra a box on stdout, Open MPI one on stderr. */
function ofOurs({ stdout, stderr }: Ended): { stdout: string; sentences: readonly string[] } {
  return {
    stdout: stdout.replace(/^\n?=+\n=.*BAD TERMINATION[\s\S]*$/m, ''),
    sentences: stderr.split('\n').filter((line) => line.startsWith('sheaf: ')),
  };
}

/** Waits until no process has `token` in its environment; after 2 s it tells which ones have. */
async function untilNoneHas(token: string): Promise<void> {
  if (!existsSync('/proc/self/environ')) return;
  const giveUpAt = performance.now() + 2000;
  for (let left = processesWith(token); left.length > 0; left = processesWith(token)) {
    if (performance.now() > giveUpAt) throw new Error(`left behind: ${left.join(', ')}`);
    await delay(10);
  }
}

function processesWith(token: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(token);
    } catch {
      return false; // ended meanwhile
    }
  });
}
