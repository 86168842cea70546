import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Ended, findMpirun, type MpiKind, mpiTitle, runRanks } from '../support/mpi.js';

const script = fileURLToPath(new URL('./bootstrap-rank.js', import.meta.url));
const mpiruns = { openmpi: findMpirun('openmpi'), mpich: findMpirun('mpich') };

/** What the ranks printed, in their order. */
function reports({ stdout }: Ended): Record<string, unknown>[] {
  const lines = stdout.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line)).sort((a, b) => a.rank - b.rank);
}

const mpi = { SHEAF_MPI_BOOTSTRAP: 'mpi' };
const libraries = { openmpi: /^Open MPI v.* \(libmpi\.so/, mpich: /^MPICH Version:.* \(libmpich\.so/ };
/** A string longer than PMI takes at once. */
const tail = 'x'.repeat(5000);

interface Case {
  readonly kind: MpiKind;
  readonly way: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sizes: readonly number[];
  /** The rank that the others hear of; it shares a long string. */
  readonly root?: number;
}

const cases: readonly Case[] = [
  { kind: 'openmpi', way: 'none', env: {}, sizes: [1] },
  { kind: 'mpich', way: 'none', env: {}, sizes: [1] },
  { kind: 'openmpi', way: 'file', env: {}, sizes: [2, 4] },
  { kind: 'openmpi', way: 'file', env: { SHEAF_MPI_BOOTSTRAP: 'file' }, sizes: [1, 2] },
  { kind: 'openmpi', way: 'mpi', env: mpi, sizes: [1, 2, 4] },
  // With its plug-ins for fabrics and its hooks Open MPI patches munmap(), which must not outlive it.
  {
    kind: 'openmpi',
    way: 'mpi',
    env: { ...mpi, OMPI_MCA_btl: '^openib', OMPI_MCA_memory: 'patcher' },
    sizes: [1, 2, 4],
  },
  { kind: 'mpich', way: 'pmi', env: {}, sizes: [2, 4] },
  { kind: 'openmpi', way: 'file', env: {}, sizes: [3], root: 2 },
  { kind: 'openmpi', way: 'mpi', env: mpi, sizes: [3], root: 2 },
  { kind: 'mpich', way: 'pmi', env: {}, sizes: [3], root: 1 },
  { kind: 'mpich', way: 'mpi', env: mpi, sizes: [1, 2, 4] },
];

describe.each(cases)('bootstrap', ({ kind, way, env, sizes, root }) => {
  const mpirun = mpiruns[kind];
  test.skipIf(!mpirun).each(sizes)(
    `${mpiTitle(kind)}, way ${way} ${JSON.stringify(env)}, root ${root ?? 0}, %i ranks`,
    async (size) => {
      const directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
      try {
        const ended = await runRanks(mpirun!, size, script, {
          args: root === undefined ? [] : [String(root), tail],
          env: { ...env, SHEAF_MPI_DIR: directory },
        });
        expect(ended).toMatchObject({ code: 0, stderr: '' });
        const expected = Array.from({ length: size }, (_, rank) => ({
          rank,
          size,
          way,
          secret: `a=b c\nd µ${root === undefined ? '' : tail}`,
          leftBehind: [],
          outOfBounds: 'RuntimeError',
          ms: expect.any(Number),
          ...(way === 'mpi' && {
            processorName: expect.stringMatching(/./),
            library: expect.stringMatching(libraries[kind]),
          }),
        }));
        expect(reports(ended)).toEqual(expected);
        expect(readdirSync(directory)).toEqual([]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});

test.skipIf(!mpiruns.openmpi || !mpiruns.mpich)(
  `the library of ${mpiTitle('mpich')} is refused under ${mpiTitle('openmpi')}, by every rank`,
  async () => {
    const ended = await runRanks(mpiruns.openmpi!, 2, script, { env: { ...mpi, SHEAF_MPI_LIB: 'libmpich.so.12' } });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(reports(ended)).toEqual(
      [0, 1].map((rank) => ({
        rank,
        error: 'BootstrapError',
        message: expect.stringMatching(
          new RegExp(
            String.raw`libmpich\.so\.12 \(MPICH Version:.*\) does not belong to the launcher \(openmpi\): it says rank 0 ` +
              `of 1, the launcher's environment says rank ${rank} of 2. Set SHEAF_MPI_LIB`,
          ),
        ),
      })),
    );
  },
);
