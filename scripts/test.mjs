// Runs the tests, setting the clone up before: node scripts/test.mjs [--long] [vitest's own arguments]
// --long runs the long tests alone. The last line printed is `N passed, N failed`, and `, N skipped` where some were.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, setUp } from './setup.mjs';

const mpiPackages = { 'mpirun.openmpi': 'openmpi-bin', 'mpirun.mpich': 'mpich' };

const counts = setUp() ? runTests(process.argv.slice(2)) : { passed: 0, failed: 1, skipped: 0 };
const { passed, failed, skipped } = counts;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** Installs the MPI launchers that the launch tests need, where we may; elsewhere says what is missing. */
function provideMpi() {
  const missing = missingMpiPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.error(`sheaf: installing ${missing.join(' and ')} for the launch tests (apt-get)`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-q'],
      ['install', '-q', '-y', '--no-install-recommends', ...missing],
    ]) {
      const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
      if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? ''}sheaf: apt-get ${args[0]} failed`);
    }
  }
  const still = missingMpiPackages();
  if (still.length > 0)
    console.error(`sheaf: ${still.join(' and ')} (Debian packages) missing: their tests are skipped`);
}

function missingMpiPackages() {
  return Object.entries(mpiPackages).flatMap(([command, name]) => (isOnPath(command) ? [] : [name]));
}

function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
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
  provideMpi();
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
