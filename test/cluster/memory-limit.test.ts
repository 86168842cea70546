import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readMemoryFacts, resolveMemoryLimit } from '../../src/cluster/memory-limit.js';
import { InputError } from '../../src/util/errors.js';

const GiB = 2 ** 30;
const facts = { systemBytes: 16 * GiB, cgroupBytes: 8 * GiB };

describe('a limit for a worker', () => {
  test.each([
    ['auto', 1, 8 * GiB],
    ['auto', 1 / 4, 2 * GiB],
    [0.5, 1 / 4, 4 * GiB],
    [1, 1 / 4, 8 * GiB],
    [3 * GiB, 1 / 4, 3 * GiB],
    ['3 GiB', 1, 3 * GiB],
    ['500MB', 1, 5e8],
    [0, 1, undefined],
    ['0', 1, undefined],
  ])('%s, of %d of the node', (limit, share, bytes) => {
    expect(resolveMemoryLimit(limit, share, facts)).toEqual(bytes === undefined ? {} : { bytes });
  });

  test('one above what there is comes down to that', () => {
    expect(resolveMemoryLimit('10 GiB', 1, facts)).toEqual({
      bytes: 8 * GiB,
      warning:
        'memoryLimit is 10 GiB per worker, but the node has 8 GiB (the limit of its control group): workers are held to that',
    });
    expect(resolveMemoryLimit(2 * GiB, 1, { ...facts, rlimitBytes: GiB })).toMatchObject({ bytes: GiB });
  });

  test('what is none', () => {
    for (const limit of ['much', '', -1, Number.NaN, Number.POSITIVE_INFINITY, '-3 GiB', null as never, {} as never]) {
      expect(() => resolveMemoryLimit(limit, 1, facts), String(limit)).toThrow(InputError);
    }
    expect(() => resolveMemoryLimit('much', 1, facts)).toThrow(
      `memoryLimit is the string "much": give 'auto', a share of the memory such as 0.5, a number of bytes, a text such as '4 GiB' or '500MB', or 0 for no limit`,
    );
  });
});

describe('the facts of a node', () => {
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true });
  });

  function read(files: Record<string, string>, env: Record<string, string> = {}) {
    const root = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
    roots.push(root);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return readMemoryFacts(root, env);
  }

  const systemBytes = totalmem();

  test('without /proc', () => expect(read({})).toEqual({ systemBytes }));

  test('version 2 of control groups: the tightest of the groups above, high or max', () => {
    expect(
      read({
        'proc/self/cgroup': '0::/slurm/job_1/step_0\n',
        'sys/fs/cgroup/slurm/job_1/step_0/memory.max': 'max\n',
        'sys/fs/cgroup/slurm/job_1/memory.max': '4000000000\n',
        'sys/fs/cgroup/slurm/job_1/memory.high': '3900000000\n',
        'sys/fs/cgroup/slurm/memory.max': '5000000000\n',
      }),
    ).toEqual({ systemBytes, cgroupBytes: 3.9e9 });
  });

  test('version 1, in a container that does not see its own path', () => {
    expect(
      read({
        'proc/self/cgroup': '5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/docker/abc\n',
        'sys/fs/cgroup/memory/memory.limit_in_bytes': '2000000000\n',
      }),
    ).toEqual({ systemBytes, cgroupBytes: 2e9 });
  });

  test('a number near 2**63 is no limit', () => {
    expect(
      read({
        'proc/self/cgroup': '4:memory:/\n',
        'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      }),
    ).toEqual({ systemBytes });
  });

  test('limits of the shell', () => {
    const limits = [
      'Limit                     Soft Limit           Hard Limit           Units',
      'Max data size             3000000000           unlimited            bytes',
      'Max address space         unlimited            unlimited            bytes',
    ];
    expect(read({ 'proc/self/limits': limits.join('\n') })).toEqual({ systemBytes, rlimitBytes: 3e9 });
  });

  test.each([
    [{ SLURM_MEM_PER_NODE: '2000' }, 2000 * 2 ** 20],
    [{ SLURM_MEM_PER_CPU: '500', SLURM_CPUS_ON_NODE: '3' }, 1500 * 2 ** 20],
  ])('what Slurm gives the job: %j', (env, slurmBytes) => {
    expect(read({}, env)).toEqual({ systemBytes, slurmBytes });
  });

  test.each([{ SLURM_MEM_PER_NODE: '0' }, { SLURM_MEM_PER_CPU: '500' }])('Slurm gives all: %j', (env) => {
    expect(read({}, env)).toEqual({ systemBytes });
  });
});
