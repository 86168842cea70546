import { expect, test } from 'vitest';
import type { Env, Launcher } from '../../src/cluster/launcher.js';
import { expandHostlist, hostsOfRanks, threadsOfRank, workersOnHost } from '../../src/cluster/placement.js';
import { rolesOf } from '../../src/cluster/roles.js';

/** Of four cores. */
const cores = { available: 4, all: 4 };

test.each<[number, Env, typeof cores, number]>([
  [1, {}, cores, 1],
  [4, { SLURM_CPUS_PER_TASK: '4', OMP_NUM_THREADS: '2' }, cores, 1],
  [2, { OMP_NUM_THREADS: '2' }, cores, 1],
  [3, { OMP_NUM_THREADS: '3,2' }, cores, 1],
  [1, { OMP_NUM_THREADS: 'many', SLURM_CPUS_PER_TASK: '0' }, cores, 1],
  // Ranks that share a host share its cores, unless each was given some of its own.
  [4, { SLURM_CPUS_PER_TASK: '40' }, cores, 1],
  [2, { SLURM_CPUS_PER_TASK: '40' }, cores, 2],
  [1, { SLURM_CPUS_PER_TASK: '40' }, cores, 9],
  [3, { SLURM_CPUS_PER_TASK: '3' }, { available: 3, all: 12 }, 4],
  [2, { SLURM_CPUS_PER_TASK: '3' }, { available: 2, all: 12 }, 4],
])('%i threads of a rank by %j, of %j for %i workers', (threads, env, available, workers) => {
  expect(threadsOfRank(env, available, workers)).toBe(threads);
});

const rankOf = (kind: Launcher['kind'], rank = 0, size = 5): Launcher => ({ kind, rank, size, pmix: false });

/** The original job: two nodes, four ranks in turn. */
const cyclic = {
  SLURM_STEP_NODELIST: 'node[1-2]',
  SLURM_STEP_TASKS_PER_NODE: '2(x2)',
  SLURM_DISTRIBUTION: 'cyclic',
};

test.each<[string, Launcher, Env, readonly string[] | undefined]>([
  ['a cyclic step', rankOf('slurm', 2, 4), { ...cyclic, SLURM_NODEID: '0' }, ['node1', 'node2', 'node1', 'node2']],
  [
    'a block step',
    rankOf('slurm', 2, 4),
    { ...cyclic, SLURM_DISTRIBUTION: 'block', SLURM_NODEID: '1' },
    ['node1', 'node1', 'node2', 'node2'],
  ],
  [
    'uneven nodes, in turn',
    rankOf('pmi', 4),
    {
      SLURM_STEP_NODELIST: 'a,b,c7',
      SLURM_STEP_TASKS_PER_NODE: '1,3,1',
      SLURM_DISTRIBUTION: 'cyclic',
      SLURM_NODEID: '1',
    },
    ['a', 'b', 'c7', 'b', 'b'],
  ],
  ['a rank that is elsewhere', rankOf('slurm', 1, 4), { ...cyclic, SLURM_NODEID: '0' }, undefined],
  ['a step of another size', rankOf('slurm', 0, 3), { ...cyclic, SLURM_NODEID: '0' }, undefined],
  ['no step', rankOf('slurm'), {}, undefined],
  [
    'Open MPI on one host',
    rankOf('openmpi', 1, 2),
    { OMPI_COMM_WORLD_LOCAL_SIZE: '2', OMPI_COMM_WORLD_SIZE: '2' },
    ['here', 'here'],
  ],
  [
    'Open MPI in a Slurm job, whose numbers are the daemons’',
    rankOf('openmpi', 0, 4),
    { ...cyclic, SLURM_NODEID: '0', OMPI_COMM_WORLD_LOCAL_SIZE: '2', OMPI_COMM_WORLD_SIZE: '4' },
    undefined,
  ],
])('the hosts of %s', (_, launcher, env, hosts) => {
  expect(hostsOfRanks(launcher, env, 'here')).toEqual(hosts);
});

test.each<[number, Launcher, Env]>([
  [1, rankOf('slurm', 2, 4), { ...cyclic, SLURM_NODEID: '0' }],
  [2, rankOf('slurm', 3, 4), { ...cyclic, SLURM_DISTRIBUTION: 'block', SLURM_NODEID: '1' }],
  [1, rankOf('slurm', 0, 4), { ...cyclic, SLURM_DISTRIBUTION: 'block', SLURM_NODEID: '0' }],
  [2, rankOf('openmpi'), { OMPI_COMM_WORLD_LOCAL_SIZE: '2' }],
  [3, rankOf('pmi'), { MPI_LOCALNRANKS: '3' }],
  [2, rankOf('pmi'), { SLURM_STEP_TASKS_PER_NODE: '2(x2),1', SLURM_NODEID: '1' }],
  [1, rankOf('slurm'), { SLURM_STEP_TASKS_PER_NODE: '2(x2),1', SLURM_NODEID: '2' }],
  [3, rankOf('slurm'), { SLURM_STEP_TASKS_PER_NODE: '2(x2),1', SLURM_NODEID: '3' }],
  [3, rankOf('slurm'), {}],
  [3, rankOf('openmpi'), { OMPI_COMM_WORLD_LOCAL_SIZE: '9' }],
])('%i workers of a job share the host of %j by %j', (workers, launcher, env) => {
  expect(workersOnHost(launcher, rolesOf(launcher.size), env)).toBe(workers);
});

test.each([
  ['node1', ['node1']],
  ['gpu1,n[08-10,12],m', ['gpu1', 'n08', 'n09', 'n10', 'n12', 'm']],
  ['r[1-2]n[3,5]', ['r1n3', 'r1n5', 'r2n3', 'r2n5']],
  ['', []],
])('%s stands for %j', (text, names) => {
  expect(expandHostlist(text)).toEqual(names);
});
