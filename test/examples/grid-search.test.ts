/** The main program: alone and under mpirun it prints what the Python original prints, byte for byte, then the time. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { goldenText } from '../support/golden.js';
import { findMpirun, mpiTitle, runRanks } from '../support/mpi.js';
import { root } from '../support/paths.js';

const program = join(root, 'dist/examples/grid-search.js');
const reference = goldenText('grid-search.txt');
const timeLine = /^Time taken: \d+:\d{2}:\d{2}(\.\d{6})?\n$/;

function expectReference(stdout: string): void {
  expect(stdout.slice(0, reference.length)).toBe(reference);
  expect(stdout.slice(reference.length)).toMatch(timeLine);
}

test('alone, on the local cluster', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program]);
  expectReference(stdout);
  expect(stderr).toBe('');
});

describe.each(['openmpi', 'mpich'] as const)('under %s', (kind) => {
  const mpirun = findMpirun(kind);
  test.skipIf(!mpirun).each([3, 5])(`${mpiTitle(kind)} -n %i`, async (size) => {
    const ended = await runRanks(mpirun!, size, program, { timeLimitMs: 60_000 });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    expectReference(ended.stdout.replaceAll('\r\n', '\n'));
  });
});
