// Runs the tests with each Node that the package promises: node scripts/nodes.mjs [vitest's own arguments]
// The binaries come from the npm registry, into a temporary folder. One line is printed for each version; the output of
// the tests follows it where they failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, setUp } from './setup.mjs';

/** The oldest one that package.json allows, then the newest of the later lines with long-term support. */
const versions = ['20.19.0', '22', '24'];

process.exitCode = setUp() && runAll(process.argv.slice(2)) ? 0 : 1;

function runAll(args) {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-nodes-'));
  try {
    // Every version is tried, also when an earlier one fails.
    return versions.map((version) => run(version, join(folder, version), args)).every(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether all tests pass with this version. */
function run(version, folder, args) {
  const problem = install(version, folder);
  if (problem !== undefined) {
    console.log(`Node ${version}: could not be installed\n${problem}`);
    return false;
  }
  const bin = join(folder, 'node_modules', packageName(), 'bin');
  const node = join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  const exact = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim().slice(1);
  // First on the path too, for whatever starts `node` by its name.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status, stdout, stderr, error } = spawnSync(node, [join(root, 'scripts', 'test.mjs'), ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const counts = stdout?.trimEnd().split('\n').at(-1);
  console.log(`Node ${exact ?? version}: ${counts || 'the tests did not run'}`);
  if (status !== 0) console.log(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  return status === 0;
}

/** What npm says when it fails. */
function install(version, folder) {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath; // npm's own path, where npm started us
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm'];
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args, `${packageName()}@${version}`], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
}

/** The package with the binary for this machine. */
function packageName() {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}
