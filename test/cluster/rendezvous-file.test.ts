import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Env, Launcher } from '../../src/cluster/launcher.js';
import { collect, rendezvousFile, runKey } from '../../src/cluster/rendezvous-file.js';

const slurm: Launcher = { kind: 'slurm', rank: 0, size: 2, pmix: false };
const openmpi: Launcher = { kind: 'openmpi', rank: 0, size: 2, pmix: true };
const pmi: Launcher = { kind: 'pmi', rank: 0, size: 2, pmix: false };
const job = { SLURM_JOB_ID: '12', SLURM_STEP_ID: '3' };

test('a Slurm run is named by its job, step and restart', () => {
  expect(runKey(slurm, job)).toBe('slurm-12.3.0');
  expect(runKey(slurm, { ...job, SLURM_CLUSTER_NAME: 'hpc', SLURM_RESTART_COUNT: '1' })).toBe('hpc-12.3.1');
  expect(runKey(pmi, job)).toBe('slurm-12.3.0');
});

test('a run of mpirun is named by a hash of its random token, also inside a Slurm job', () => {
  const token = '597b2013eff24b22-6c1ae0ab08b9e859';
  const key = runKey(openmpi, { OMPI_MCA_orte_precondition_transports: token, PMIX_NAMESPACE: '1', ...job });
  // printf %s 597b2013eff24b22-6c1ae0ab08b9e859 | sha256sum
  expect(key).toBe('mpirun-e459869a3d22de64');
  expect(runKey(openmpi, { OMPI_MCA_orte_precondition_transports: `${token}0` })).not.toBe(key);
});

test('a run without a name of its own is refused', () => {
  expect(() => runKey(pmi, {})).toThrow('the launcher (pmi) gives its ranks no name of this run');
});

test('the directory: the override, else where the job was submitted, else the working directory', () => {
  const submit = { ...job, SLURM_SUBMIT_DIR: '/shared/run' };
  expect(rendezvousFile(slurm, { ...submit, SHEAF_MPI_DIR: '/scratch' }, '/here')).toBe('/scratch/.sheaf-slurm-12.3.0');
  expect(rendezvousFile(slurm, submit, '/here')).toBe('/shared/run/.sheaf-slurm-12.3.0');
  expect(rendezvousFile(slurm, job, '/here')).toBe('/here/.sheaf-slurm-12.3.0');
});

test('the directory on one host is the one that Open MPI made for the run, if it can be seen', () => {
  const session = { PMIX_SERVER_TMPDIR: tmpdir(), PMIX_NAMESPACE: '1', SLURM_SUBMIT_DIR: '/shared/run' };
  const one = { ...session, OMPI_COMM_WORLD_SIZE: '2', OMPI_COMM_WORLD_LOCAL_SIZE: '2' };
  const directoryOf = (env: Env) => dirname(rendezvousFile(openmpi, env, '/here'));
  expect(directoryOf(one)).toBe(tmpdir());
  expect(directoryOf({ ...one, SHEAF_MPI_DIR: '/scratch' })).toBe('/scratch');
  expect(directoryOf({ ...one, PMIX_SERVER_TMPDIR: '/nowhere/to/be/seen' })).toBe('/shared/run');
  expect(directoryOf({ ...one, OMPI_COMM_WORLD_SIZE: '4' })).toBe('/shared/run');
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a published file is whole, its owner’s alone, and gone when its process has ended', () => {
  const file = join(directory, '.sheaf-key');
  const module = new URL('../../src/cluster/rendezvous-file.js', import.meta.url).href;
  const script = `
    import { readFileSync, readdirSync, statSync } from 'node:fs';
    import { publish } from ${JSON.stringify(module)};
    await publish(process.argv[1], 'tcp://10.0.0.1:8786 µ');
    const mode = statSync(process.argv[1]).mode & 0o777;
    console.log(JSON.stringify([readFileSync(process.argv[1], 'utf8'), mode.toString(8), readdirSync(process.argv[2])]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script, file, directory], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(['tcp://10.0.0.1:8786 µ', '600', ['.sheaf-key']]);
  expect(readdirSync(directory)).toEqual([]);
});

test('a rank that comes first waits for the file', async () => {
  const file = join(directory, '.sheaf-key');
  const collected = collect(file, directory, 10_000);
  writeFileSync(file, 'here');
  expect(await collected).toBe('here');
});

test('a file that never appears: the error names the file, the directory and the way out', async () => {
  const file = join(directory, '.sheaf-key');
  await expect(collect(file, directory, 20)).rejects.toThrow(
    new RegExp(`no file ${file} within 20 ms.*is ${directory} shared between the hosts\\? Set SHEAF_MPI_DIR`),
  );
});

test.skipIf(process.getuid?.() !== 0)('a file of another user is refused', async () => {
  const { chownSync } = await import('node:fs');
  const file = join(directory, '.sheaf-key');
  writeFileSync(file, 'tcp://evil');
  chmodSync(file, 0o644);
  chownSync(file, 65534, 65534);
  expect(statSync(file).uid).toBe(65534);
  await expect(collect(file, directory, 10_000)).rejects.toThrow('belongs to user 65534, not to 0');
});
