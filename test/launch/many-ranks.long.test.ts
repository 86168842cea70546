import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findMpirun, type MpiKind, mpiTitle, runRanks } from '../support/mpi.js';
import { untilNoneHas } from '../support/processes.js';

const program = fileURLToPath(new URL('./initialize-job.js', import.meta.url));

test.each<MpiKind>(['openmpi', 'mpich'])(
  '64 workers of 66 ranks under %s',
  async (kind) => {
    const mpirun = findMpirun(kind);
    if (!mpirun) throw new Error(`${mpiTitle(kind)} is missing`);
    const token = randomUUID();
    const { code, stdout, stderr } = await runRanks(mpirun, 66, program, {
      args: ['options', '{"memoryLimit":0}'],
      env: { SHEAF_TEST_TOKEN: token },
      timeLimitMs: 240_000,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = (JSON.parse(stdout) as { readonly name: string }[]).map(({ name }) => Number(name));
    expect(names.sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i + 2));
    await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
  },
  300_000,
);
