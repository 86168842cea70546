import { expect, test } from 'vitest';
import { detectLauncher, type Env, type Launcher, rankWithoutSocket } from '../../src/cluster/launcher.js';
import { scrubEnv } from '../../src/cluster/scrub-env.js';

const isSocket = (fd: number) => fd === 6;

/** What each launcher was seen to set, beside the place that follows from it. */
const cases: readonly [string, Env, Launcher | undefined][] = [
  ['nothing', {}, undefined],
  [
    'mpirun of Open MPI',
    { OMPI_COMM_WORLD_RANK: '3', OMPI_COMM_WORLD_SIZE: '4', PMIX_RANK: '3', PMIX_NAMESPACE: '1896218625' },
    { kind: 'openmpi', rank: 3, size: 4, pmix: true },
  ],
  [
    'mpirun of MPICH',
    { PMI_RANK: '1', PMI_SIZE: '2', PMI_FD: '6', HYDI_CONTROL_FD: '7', MPI_LOCALRANKID: '1', MPI_LOCALNRANKS: '2' },
    { kind: 'pmi', rank: 1, size: 2, pmix: false },
  ],
  [
    'srun --mpi=none',
    { SLURM_JOB_ID: '9', SLURM_STEP_ID: '0', SLURM_PROCID: '2', SLURM_STEP_NUM_TASKS: '4', SLURM_NTASKS: '2' },
    { kind: 'slurm', rank: 2, size: 4, pmix: false },
  ],
  [
    'srun --mpi=pmi2',
    { SLURM_STEP_ID: '0', SLURM_PROCID: '2', SLURM_STEP_NUM_TASKS: '4', PMI_RANK: '2', PMI_SIZE: '4', PMI_FD: '6' },
    { kind: 'pmi', rank: 2, size: 4, pmix: false },
  ],
  [
    'srun --mpi=pmix',
    { SLURM_STEP_ID: '1', SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2', PMIX_RANK: '0', PMIX_NAMESPACE: 'slurm.9.1' },
    { kind: 'slurm', rank: 0, size: 2, pmix: true },
  ],
  ['the body of a batch script', { SLURM_JOB_ID: '9', SLURM_PROCID: '0', SLURM_NTASKS: '4' }, undefined],
  [
    'the interactive shell of salloc',
    { SLURM_STEP_ID: '4294967290', SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1' },
    undefined,
  ],
  [
    'mpirun of MPICH in a Slurm job: the Slurm numbers are the proxy’s',
    { SLURM_STEP_ID: '0', SLURM_PROCID: '1', SLURM_STEP_NUM_TASKS: '2', PMI_RANK: '3', PMI_SIZE: '4', PMI_FD: '6' },
    { kind: 'pmi', rank: 3, size: 4, pmix: false },
  ],
  [
    'mpirun of Open MPI in a Slurm job: the Slurm numbers are the daemon’s',
    {
      ...{ SLURM_STEP_ID: '0', SLURM_PROCID: '1', SLURM_STEP_NUM_TASKS: '2' },
      ...{ OMPI_COMM_WORLD_RANK: '2', OMPI_COMM_WORLD_SIZE: '4', PMIX_RANK: '2' },
    },
    { kind: 'openmpi', rank: 2, size: 4, pmix: true },
  ],
  ['a child of an MPICH rank: the socket is gone', { PMI_RANK: '1', PMI_SIZE: '2', PMI_FD: '5' }, undefined],
  ['PMI without a socket', { PMI_RANK: '1', PMI_SIZE: '2' }, undefined],
  ['numbers that are none', { OMPI_COMM_WORLD_RANK: '', OMPI_COMM_WORLD_SIZE: '4' }, undefined],
  ['a rank beyond the size', { OMPI_COMM_WORLD_RANK: '4', OMPI_COMM_WORLD_SIZE: '4' }, undefined],
];

test.each(cases)('%s', (_, env, expected) => {
  expect(detectLauncher(env, isSocket)).toEqual(expected);
});

test.each(cases)('children of %s are no ranks', (_, env) => {
  expect(detectLauncher(scrubEnv(env), isSocket)).toBe(undefined);
});

test('mpirun of MPICH with -pmi-port is refused, not taken for nothing', () => {
  expect(() => detectLauncher({ PMI_PORT: 'host:4242', PMI_ID: '0' }, isSocket)).toThrow(/PMI_PORT=host:4242/);
});

test('children keep what does not make them ranks', () => {
  const env = {
    ...{
      PATH: '/bin',
      SLURM_JOB_ID: '9',
      SLURM_CPUS_PER_TASK: '2',
      MPIEXEC: 'x',
      OMP_NUM_THREADS: '1',
      GONE: undefined,
    },
    ...{ OMPI_MCA_ess: '^singleton', PMIX_SERVER_URI4: 'u', PMI_FD: '6', HYDI_CONTROL_FD: '7', SLURM_STEPID: '0' },
  };
  expect(scrubEnv(env)).toEqual({
    ...{ PATH: '/bin', SLURM_JOB_ID: '9', SLURM_CPUS_PER_TASK: '2', MPIEXEC: 'x', OMP_NUM_THREADS: '1' },
  });
});

test.each<[Env, Launcher | undefined]>([
  [
    { PMI_RANK: '1', PMI_SIZE: '2', PMI_FD: '5' },
    { kind: 'pmi', rank: 1, size: 2, pmix: false },
  ],
  [{ PMI_RANK: '2', PMI_SIZE: '2' }, undefined],
  [{}, undefined],
])('a rank whose socket did not come through: %j', (env, launcher) => {
  expect(rankWithoutSocket(env)).toEqual(launcher);
});
