/** The primes programs: what they print, alone, under mpirun and one number after another, and for wrong arguments. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findMpirun, mpiTitle, runRanks } from '../support/mpi.js';
import { root } from '../support/paths.js';

const program = (name: string): string => join(root, 'dist/examples', `${name}.js`);
// 101, 103, 107 and 109
const line = /^4 primes between 100 and 110 \[0:00:\d{2}(\.\d{6})?\]\n$/;

test.each(['primes', 'primes-serial'])('%s', async (name) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program(name), '100', '110']);
  expect(stdout).toMatch(line);
  expect(stderr).toBe('');
});

test.each([[[]], [['1']], [['a', '3']], [['7', '3']], [['0', '3']], [['1', '2', '3']]])(
  'arguments %j',
  async (args) => {
    const ended = await promisify(execFile)(process.execPath, [program('primes'), ...args]).catch((error) => error);
    const { code, stdout, stderr } = ended;
    expect({ code, stdout, stderr }).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: `primes: give two whole numbers, the first and the end of a range, got: ${args.join(' ') || 'nothing'}\n`,
    });
  },
);

describe.each(['openmpi', 'mpich'] as const)('under %s', (kind) => {
  const mpirun = findMpirun(kind);
  test.skipIf(!mpirun)(mpiTitle(kind), async () => {
    const ended = await runRanks(mpirun!, 12, program('primes'), { args: ['100', '110'] });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    expect(ended.stdout.replaceAll('\r\n', '\n')).toMatch(line);
  });
});
