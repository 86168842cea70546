// Makes a clone ready to run: the dependencies of package-lock.json, then the build in dist. Silent and quick when
// there is nothing to do; each step that runs says so in one line on stderr. Needs nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const sources = ['src', 'test', 'bench', 'examples'];
const settings = ['tsconfig.json', 'package.json', 'package-lock.json'];
const stampFile = join(root, 'dist', '.stamp');
const program = join(root, 'dist', 'src', 'cli', 'main.js');

/** Installs and builds what is missing or out of date. False when a step failed, which has been said by then. */
export function setUp() {
  if (!isInstalled()) {
    // npm would empty the folder that a link leads to, and others may be at work with it.
    if (isLink('node_modules')) say('node_modules is a link, and differs from package-lock.json: left as it is');
    else if (!install()) return false;
  }
  const stamp = stampOf(sources.flatMap(filesUnder).concat(settings));
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) return build(stamp);
  return true;
}

/** Whether node_modules holds every package of the lock file; those for other platforms may be absent. */
function isInstalled() {
  const installed = packagesOf(join('node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(packagesOf('package-lock.json')).every(([path, { version, integrity, optional }]) => {
    const there = installed[path];
    return path === '' || (there ? there.version === version && there.integrity === integrity : optional);
  });
}

function isLink(path) {
  return lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function packagesOf(lockFile) {
  const path = join(root, lockFile);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function install() {
  // No dependency needs its install script: the only one that has any, koffi, ships its binaries as packages.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath; // npm's own path, where npm started us
  return run('installing the dependencies (npm ci)', npm ? process.execPath : 'npm', npm ? [npm, ...args] : args);
}

/** Compiles into an empty dist, so that no output of a removed source is left, and stamps it when that succeeded. */
function build(stamp) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!run('building (tsc)', process.execPath, [compiler])) return false;
  if (existsSync(program)) chmodSync(program, 0o755);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

function say(message) {
  process.stderr.write(`sheaf: ${message}\n`);
}

function run(title, command, args) {
  say(title);
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  say(`${title} failed: ${error?.message ?? signal ?? `exit code ${status}`}`);
  return false;
}

/** A hash of names, sizes and modification times: it tells edited, added and removed files, and files set back in time. */
function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !setUp()) process.exitCode = 1;
