/** How long it takes until work can begin, and the whole main program. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SheafError } from 'sheaf';
import type { Contestant, Line, OpenCase } from '../case.js';
import { dask, notInstalled, pythonVersions } from '../peers/peers.js';
import { startPython } from '../peers/python.js';
import { answerOf } from '../programs/fork.js';
import type { Joined } from '../programs/joining.js';

const root = new URL('../../../', import.meta.url);

export async function openStartup(): Promise<OpenCase> {
  const found = dask.find();
  const python = found && startPython(found.command);
  const daskClient: Contestant | undefined = python && {
    async warmUp() {
      await this.round();
    },
    round: async () => (await python.ask('dask_client', { threads: availableParallelism() })).ms,
  };
  const line = { unit: 'ms', higherIsBetter: false, rounds: 5, peers: {} };
  return {
    lines: [
      { ...line, name: 'import', sheaf: startOf('importMs') },
      {
        ...line,
        name: 'client-ready',
        sheaf: startOf('readyMs'),
        peers: { dask: daskClient ?? { missing: notInstalled(dask) } },
      },
      { ...line, name: 'first-result', sheaf: startOf('firstResultMs') },
      { ...line, name: 'npm-start', sheaf: npmStart },
      ...[256, 1024].map((workers) => ({ ...line, name: `join-${workers}`, ...joining(workers) })),
    ],
    versions: found ? { dask: pythonVersions(found) } : {},
    notes: [
      "import: import('sheaf') in a fresh process. client-ready: from new Client() to ready there, with the default local cluster.",
      'join-N: N simulated workers connect at once, from one process, and register; medianAnswerMs and longestAnswerMs: how long a ' +
        'client waited for an answer of the scheduler meanwhile, in the last round.',
      'npm-start: the whole of npm start in a clone that is set up, its output compared with the reference run.',
      'dask: Client(processes=False) with as many threads, in a process that has started such a cluster before.',
    ],
    close: async () => python?.close(),
  };
}

interface Start {
  readonly importMs: number;
  readonly readyMs: number;
  readonly firstResultMs: number;
}

const startOf = (measure: keyof Start): Contestant => ({
  round: async () => (await answerOf<Start>('client-ready'))[measure],
});

/** A line's contestant, and what it also found. */
function joining(workers: number): Pick<Line, 'sheaf' | 'extra'> {
  let last: Joined | undefined;
  return {
    sheaf: {
      async round() {
        last = await answerOf<Joined>('joining', [], { SHEAF_BENCH_WORKERS: String(workers) });
        return last.ms;
      },
    },
    extra: () => ({
      workers,
      medianAnswerMs: last?.medianAnswerMs ?? Number.NaN,
      longestAnswerMs: last?.longestAnswerMs ?? Number.NaN,
    }),
  };
}

const npmStart: Contestant = {
  async warmUp() {
    // Sets the clone up, where it is not.
    await this.round();
  },
  async round() {
    const start = performance.now();
    const { code, stdout } = await outputOf('npm', ['start', '--silent']);
    const ms = performance.now() - start;
    const reference = readFileSync(new URL('test/golden/grid-search.txt', root), 'utf8');
    const text = stdout.replace(/^Time taken: .*\n/m, '');
    if (code === 0 && text === reference) return ms;
    throw new SheafError(
      `npm start ended with code ${code} and printed something else than test/golden/grid-search.txt`,
    );
  },
};

function outputOf(command: string, args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: fileURLToPath(root), stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout }));
  });
}
