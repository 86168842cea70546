import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { jobSettingsOf } from '../../src/cli/job.js';
import { type JobSettings, jobScript } from '../../src/cli/job-script.js';

const settings: JobSettings = {
  ...{ script: 'primes.js', args: [], nodes: 2, workersPerNode: 1, cpusPerTask: 40, time: '00:10:00', name: 'primes' },
  ...{ output: 'primes-%j.out', modules: [], sbatch: [] },
};

test('the original job', () => {
  expect(jobScript(settings)).toBe(`#!/bin/bash
#SBATCH --job-name=primes
#SBATCH --nodes=2
#SBATCH --ntasks=2              # worker processes: 1 on each node
#SBATCH --cpus-per-task=40      # compute threads of each worker
#SBATCH --time=00:10:00
#SBATCH --exclusive             # nobody else on these nodes
#SBATCH --no-kill               # a node that is lost does not end the job
#SBATCH --output=primes-%j.out  # %j is the number of the job

# Two ranks more than workers: rank 0 is the scheduler, rank 1 runs the script. They need few cores, so they share those
# of a worker (--overcommit). Ranks go to the nodes in turn (cyclic): each node has as many workers as any other.
# srun does not take --cpus-per-task from the job by itself.
srun --no-kill --overcommit --distribution=cyclic --nodes="$SLURM_NNODES" --ntasks=$((SLURM_NTASKS + 2)) \\
  --cpus-per-task="$SLURM_CPUS_PER_TASK" node primes.js
`);
});

test.each<[string, Partial<JobSettings>, string]>([
  ['workers on each node', { workersPerNode: 3 }, '#SBATCH --ntasks=6 '],
  ['memory', { memory: '64G' }, '#SBATCH --mem=64G\n'],
  ['partition', { partition: 'long' }, '#SBATCH --partition=long\n'],
  ['account', { account: 'a1' }, '#SBATCH --account=a1\n'],
  ['other options', { sbatch: ['--qos=x'] }, '#SBATCH --qos=x\n'],
  ['modules', { modules: ['nodejs/20', 'mpi'] }, '\nmodule load nodejs/20\nmodule load mpi\n'],
  ['an interface', { interface: 'ib0' }, '\nexport SHEAF_INTERFACE=ib0\n'],
  ['a plug-in', { mpi: 'pmi2' }, ' --mpi=pmi2 node primes.js\n'],
  ['TypeScript', { script: 'a b.ts' }, " node --import tsx 'a b.ts'\n"],
])('%s', (_, more, text) => {
  expect(jobScript({ ...settings, ...more })).toContain(text);
});

test('arguments reach the script as they are', () => {
  const args = ["it's", 'a  b', '$HOME', '', '--help', '1e8'];
  const line = jobScript({ ...settings, args })
    .trimEnd()
    .split('\n')
    .at(-1)!;
  const words = line.slice(line.indexOf('primes.js'));
  const { stdout } = spawnSync('bash', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' });
  expect(stdout.split('\n').slice(1, -1)).toEqual(args);
});

test('bash finds nothing wrong with it', () => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: jobScript(settings), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('what is before the script is for the job, what is after it for the script', () => {
  const { settings: of, submit } = jobSettingsOf([
    '--time',
    '10',
    '--nodes',
    '2',
    'x/primes.js',
    '--nodes',
    '7',
    '--submit',
  ]);
  expect(of).toEqual({
    ...{ script: 'x/primes.js', args: ['--nodes', '7', '--submit'], nodes: 2, workersPerNode: 1, cpusPerTask: 1 },
    ...{ time: '10', name: 'primes', output: 'primes-%j.out', modules: [], sbatch: [] },
  });
  expect(submit).toBe(false);
});

test.each([
  [['--time', '10'], 'the script is missing'],
  [['x.js'], '--time is missing'],
  [['--time', 'soon', 'x.js'], "--time must be minutes, or hours:minutes:seconds such as 00:10:00, got 'soon'"],
  [['--time', '10', '--nodes', '0', 'x.js'], "--nodes must be an integer from 1 on, got '0'"],
  [['--tim', '10', 'x.js'], 'there is no flag --tim'],
])('%j is refused', (args, message) => {
  expect(() => jobSettingsOf(args)).toThrow(message);
});

test.each(['10', '10:00', '00:10:00', '1-12', '1-12:30', '1-12:30:00'])('%s is a time', (time) => {
  expect(jobSettingsOf(['--time', time, 'x.js']).settings.time).toBe(time);
});
