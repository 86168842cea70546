// Runs the tests, setting the clone up before: node scripts/test.mjs [--long] [vitest's own arguments]
// --long runs the long tests alone. The last line printed is `N passed, N failed`, and `, N skipped` where some were.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, setUp } from './setup.mjs';

/** What the launch tests need, and the Debian package that has it: a command, or a library in any folder of these. */
const launchers = [
  { command: 'mpirun.openmpi', name: 'openmpi-bin' },
  { command: 'mpirun.mpich', name: 'mpich' },
  { command: 'srun', name: 'slurm-client' },
  { command: 'slurmctld', name: 'slurmctld' },
  { command: 'slurmd', name: 'slurmd' },
  { command: 'munged', name: 'munge' },
  { command: 'ip', name: 'iproute2' },
  { library: 'pmix2/lib/libpmix.so', name: 'libpmix-dev' }, // which srun --mpi=pmix loads
];

const counts = setUp() ? runTests(process.argv.slice(2)) : { passed: 0, failed: 1, skipped: 0 };
const { passed, failed, skipped } = counts;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** Installs the launchers that the launch tests need, where we may; elsewhere says what is missing. */
function provideLaunchers() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.error(`sheaf: installing ${missing.join(', ')} for the launch tests (apt-get)`);
    // As in single-user mode: the tests start daemons of their own, the system's need not run.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    for (const args of [
      ['update', '-q'],
      ['install', '-q', '-y', '--no-install-recommends', ...missing],
    ]) {
      const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
      if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? ''}sheaf: apt-get ${args[0]} failed`);
    }
  }
  const still = missingPackages();
  if (still.length > 0) console.error(`sheaf: ${still.join(', ')} (Debian packages) missing: their tests are skipped`);
}

function missingPackages() {
  return launchers.flatMap(({ command, library, name }) =>
    (command ? isOnPath(command) : isLibrary(library)) ? [] : [name],
  );
}

/** Debian has a folder for each architecture. */
function isLibrary(path) {
  const folder = '/usr/lib';
  return existsSync(folder) && readdirSync(folder).some((name) => existsSync(join(folder, name, path)));
}

/** Daemons are where only the system's administrator looks. */
function isOnPath(command) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The counts of a vitest run; one that fails without a failed test counts as one failed. */
function runTests(args) {
  provideLaunchers();
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  const countsFile = join(folder, 'counts.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['default', join(root, 'scripts', 'count-reporter.mjs')].map((name) => `--reporter=${name}`);
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', ...reporters, ...args.filter((arg) => arg !== '--long')],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, SHEAF_COUNTS: countsFile, ...(args.includes('--long') ? { SHEAF_TESTS: 'long' } : {}) },
    },
  );
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  rmSync(folder, { recursive: true });
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
