import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { chooseWay, type Way } from '../../src/cluster/bootstrap.js';
import { startupVariables } from '../../src/cluster/broadcast-libmpi.js';
import type { Env, Launcher } from '../../src/cluster/launcher.js';
import { libraryCandidates, openLibmpi } from '../../src/cluster/libmpi.js';

const openmpi: Launcher = { kind: 'openmpi', rank: 0, size: 4, pmix: true };
const pmi: Launcher = { kind: 'pmi', rank: 0, size: 4, pmix: false };
const srun: Launcher = { kind: 'slurm', rank: 0, size: 4, pmix: false };
const srunPmix: Launcher = { ...srun, pmix: true };

const oneHost = { OMPI_COMM_WORLD_LOCAL_SIZE: '4', OMPI_COMM_WORLD_SIZE: '4' };
const onOneHost = { ...oneHost, PMIX_SERVER_TMPDIR: tmpdir() };

test.each<[Launcher, Env, boolean, Way | 'none']>([
  [openmpi, {}, true, 'mpi'],
  [openmpi, {}, false, 'file'],
  [pmi, {}, true, 'pmi'],
  [pmi, {}, false, 'pmi'],
  [srun, {}, true, 'file'],
  [srunPmix, {}, true, 'mpi'],
  [srunPmix, {}, false, 'file'],
  [openmpi, { SHEAF_MPI_BOOTSTRAP: 'file' }, true, 'file'],
  [openmpi, { SHEAF_MPI_BOOTSTRAP: '' }, true, 'mpi'],
  [pmi, { SHEAF_MPI_BOOTSTRAP: 'mpi' }, true, 'mpi'],
  [openmpi, onOneHost, true, 'file'],
  [openmpi, { ...onOneHost, OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, true, 'mpi'],
  [openmpi, { ...onOneHost, PMIX_SERVER_TMPDIR: '/nowhere/to/be/seen' }, true, 'mpi'],
  [openmpi, { ...onOneHost, SHEAF_MPI_BOOTSTRAP: 'mpi' }, true, 'mpi'],
  [srunPmix, onOneHost, true, 'mpi'],
  [{ ...openmpi, size: 1 }, {}, true, 'none'],
  [{ ...pmi, size: 1 }, {}, true, 'none'],
  [{ ...srun, size: 1 }, {}, true, 'none'],
  [{ ...openmpi, size: 1 }, { SHEAF_MPI_BOOTSTRAP: 'mpi' }, true, 'mpi'],
])('%o with %o, koffi %s: %s', (launcher, env, hasKoffi, way) => {
  expect(chooseWay(launcher, env, hasKoffi)).toBe(way);
});

test('an override that cannot be is refused', () => {
  expect(() => chooseWay(openmpi, { SHEAF_MPI_BOOTSTRAP: 'tcp' }, true)).toThrow(
    '"tcp": it must be one of pmi, mpi, file',
  );
  expect(() => chooseWay(openmpi, { SHEAF_MPI_BOOTSTRAP: 'pmi' }, true)).toThrow('(openmpi) offers no PMI socket');
});

test('the launcher’s own library is tried first, or only the one that is named', () => {
  const [first] = ['libmpi.so.40', 'libmpich.so.12'];
  expect(libraryCandidates(openmpi, {})[0]).toBe(first);
  expect(libraryCandidates(srunPmix, {})[0]).toBe(first);
  expect(libraryCandidates(pmi, {}).slice(0, 2)).toEqual(['libmpich.so.12', 'libmpi.so.12']);
  expect(libraryCandidates(pmi, { SHEAF_MPI_LIB: '/opt/mpi/libmpi.so' })).toEqual(['/opt/mpi/libmpi.so']);
});

test('no library: the error tells the reason for each and what to set', () => {
  const koffi = {
    load: (file: string): never => {
      throw new Error(`${file}: cannot open shared object file`);
    },
  };
  expect(() => openLibmpi(koffi, ['a.so', 'b.so'])).toThrow(
    /^no MPI library could be loaded:\n {2}a\.so: .*cannot open.*\n {2}b\.so: .*\nSet SHEAF_MPI_LIB .*SHEAF_MPI_BOOTSTRAP=file/,
  );
});

const quick = { OMPI_MCA_pml: 'ob1', OMPI_MCA_btl: '^ofi,openib,usnic,uct' };
const safe = { UCX_HANDLE_ERRORS: 'none', UCX_MEM_EVENTS: 'no', OMPI_MCA_memory: '^patcher' };
test.each<[string, Launcher, Env, Record<string, string>]>([
  ['Open MPI on one host', openmpi, oneHost, { ...safe, ...quick }],
  ['Open MPI on two hosts', openmpi, { ...oneHost, OMPI_COMM_WORLD_LOCAL_SIZE: '2' }, safe],
  ['Open MPI with the user’s transport', openmpi, { ...oneHost, OMPI_MCA_btl: 'self,tcp' }, safe],
  ['srun --mpi=pmix', srunPmix, {}, safe],
  ['MPICH', pmi, {}, safe],
  [
    'MPICH with the user’s UCX',
    pmi,
    { UCX_ERROR_SIGNALS: 'SIGBUS', UCX_MEM_EVENTS: 'y' },
    { OMPI_MCA_memory: '^patcher' },
  ],
  [
    'srun --mpi=pmix with the user’s hooks',
    srunPmix,
    { OMPI_MCA_memory: 'patcher', UCX_HANDLE_ERRORS: 'bt' },
    { UCX_MEM_EVENTS: 'no' },
  ],
])('variables set for %s', (_, launcher, env, expected) => {
  expect(startupVariables(launcher, env)).toEqual(expected);
});
