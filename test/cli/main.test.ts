import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '../../src/util/version.js';
import { runCli } from '../support/cli.js';

const help = `sheaf: distributed arrays, futures and model search

Usage: sheaf COMMAND [flags]

Commands:
  grid-search  search the best parameters of an estimator by cross-validation
  scheduler    run a scheduler, which workers and clients join
  worker       run workers of this host for a scheduler
  mpi          make a cluster of the ranks of a job that mpirun or srun starts
  job          print or submit the Slurm script that runs a program on many nodes

  sheaf COMMAND --help  what a command does, its flags and examples
  sheaf --version       the version
`;

test.each([[[]], [['--help']], [['-h']]])('sheaf %j tells the commands', async (args) => {
  expect(await runCli(args)).toEqual({ code: 0, stdout: help, stderr: '' });
});

test('--version', async () => {
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each(['grid', 'constructor', '--foo'])('there is no command %s', async (name) => {
  const stderr = `sheaf: there is no command ${name}: there are grid-search, scheduler, worker, mpi, job (see --help)\n`;
  expect(await runCli([name])).toEqual({ code: 2, stdout: '', stderr });
});

/** The files of this package that a run loads: coverage lists every script. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  try {
    await runCli(args, { env: { NODE_V8_COVERAGE: folder } });
    const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const urls = reports.flatMap(({ result }) => result.map(({ url }: { url: string }) => url));
    return urls.flatMap((url) => /\/dist\/src\/(.*)$/.exec(url)?.[1] ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const clusterFiles = /^(comm|client|scheduler)\/|^cluster\/(initialize|local-cluster|worker-server)\.js$/;

test.each([
  [['--help'], 'cli/main.js'],
  [['grid-search', '--help'], 'cli/grid-search.js'],
  [['grid-search', '--foo'], 'cli/grid-search.js'],
])('sheaf %j does not load the cluster', async (args, needed) => {
  const loaded = await loadedBy(args);
  expect(loaded).toContain(needed);
  expect(loaded.filter((file) => clusterFiles.test(file))).toEqual([]);
});
