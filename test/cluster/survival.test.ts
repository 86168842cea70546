import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Env, Launcher } from '../../src/cluster/launcher.js';
import { type LauncherArguments, srunArguments, survivalWarning } from '../../src/cluster/survival.js';

const of = (kind: Launcher['kind']): Launcher => ({ kind, rank: 0, size: 4, pmix: false });
const step = { SLURM_JOB_ID: '9', SLURM_STEP_ID: '0', SLURM_STEP_NUM_NODES: '2' };
const spread = { OMPI_COMM_WORLD_LOCAL_SIZE: '2' };

test.each<[Launcher['kind'], Env, LauncherArguments, RegExp | undefined]>([
  ['openmpi', spread, undefined, /one of its hosts is lost: with mpirun --enable-recovery/],
  ['openmpi', { ...spread, OMPI_MCA_orte_enable_recovery: '1' }, undefined, undefined],
  ['openmpi', { OMPI_COMM_WORLD_LOCAL_SIZE: '4' }, undefined, undefined],
  ['slurm', step, ['-n4', 'node', 'x.js'], /one of its nodes is lost: with srun --no-kill/],
  ['pmi', step, ['--mpi=pmi2', 'node', 'x.js'], /one of its nodes is lost: with srun --no-kill/],
  ['slurm', step, ['--no-kill', 'node', 'x.js'], undefined],
  ['slurm', step, ['-k', 'node', 'x.js'], undefined],
  ['slurm', { ...step, SLURM_NO_KILL: '1' }, ['node', 'x.js'], undefined],
  ['slurm', step, ['--no-kill', '-K', 'node', 'x.js'], /one of its ranks does: leave out --kill-on-bad-exit/],
  ['slurm', step, undefined, undefined],
  ['slurm', { ...step, SLURM_STEP_NUM_NODES: '1' }, ['node', 'x.js'], undefined],
  ['pmi', {}, undefined, undefined],
])('%s with %j and srun %j', (kind, env, srun, warning) => {
  const said = survivalWarning(of(kind), env, srun);
  if (warning) expect(said).toMatch(warning);
  else expect(said).toBe(undefined);
});

test('the srun of this job is found among the processes', () => {
  const root = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  const add = (pid: number, command: readonly string[], env: string) => {
    mkdirSync(join(root, String(pid)));
    writeFileSync(join(root, String(pid), 'cmdline'), `${command.join('\0')}\0`);
    writeFileSync(join(root, String(pid), 'environ'), `${env}\0`);
  };
  try {
    add(5, ['/usr/bin/srun', '--no-kill', 'node'], 'SLURM_JOB_ID=9');
    add(6, ['/usr/bin/srun', '--no-kill', 'node'], 'SLURM_JOB_ID=9'); // srun has a second process
    add(7, ['srun', '-n1', 'sh'], 'SLURM_JOB_ID=8');
    add(8, ['node', 'x.js'], 'SLURM_JOB_ID=9');
    expect(srunArguments(step, root)).toEqual(['--no-kill', 'node', '']);
    add(9, ['srun', 'other'], 'SLURM_JOB_ID=9');
    expect(srunArguments(step, root)).toBe(undefined);
    expect(srunArguments({}, root)).toBe(undefined);
  } finally {
    rmSync(root, { recursive: true });
  }
});
