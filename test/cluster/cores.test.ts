import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readCores } from '../../src/cluster/cores.js';

const all = cpus().length;
const available = availableParallelism();

test.each<[string, Record<string, string>, number]>([
  ['no control groups', {}, available],
  [
    'a quota of one core in a group above',
    {
      'proc/self/cgroup': '0::/slurm/job_1/step_0\n',
      'sys/fs/cgroup/slurm/job_1/step_0/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/slurm/job_1/cpu.max': '100000 100000\n',
    },
    1,
  ],
  ['half a core', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '25000 50000\n' }, 1],
  ['more than there is', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '99999900000 100000\n' }, available],
  [
    'version 1, without a quota',
    { 'proc/self/cgroup': '5:cpu,cpuacct:/\n', 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' },
    available,
  ],
  [
    'version 1, one core',
    { 'proc/self/cgroup': '5:cpu,cpuacct:/a\n', 'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '100000\n' },
    1,
  ],
])('%s', (_, files, expected) => {
  const root = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    expect(readCores(root)).toEqual({ available: expected, all });
  } finally {
    rmSync(root, { recursive: true });
  }
});
