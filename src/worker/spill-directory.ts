/**
 * A worker's own directory for spilled values: `<base>/sheaf-<uid>/worker-<pid>-<start>-<random>`, its owner's alone. It
 * goes with the process; those of processes that were killed go when the next worker of this user starts. A process is
 * told from a later one of its number by its start time, and one of another host or container by what is in `owner.json`.
 */
import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../util/bytes.js';
import { SheafError } from '../util/errors.js';
import type { SpillFile } from './spill-file.js';
import type { Shelf } from './store.js';

/** Imported when first needed, as most workers never spill. */
const spilling = () => import('./spill-file.js');

const OWNER = 'owner.json';

interface Owner {
  readonly pid: number;
  /** In ticks since the host was started; 0 where there is no /proc. */
  readonly start: number;
  /** Where that number means that process. */
  readonly place: string;
}

export interface SpillDirectory extends Shelf<SpillFile> {
  readonly path: string;
  /** Removes it with all that is in it. */
  close(): void;
}

/** Raises {@link SheafError} where the directory of this user is somebody else's, or cannot be made. */
export function makeSpillDirectory(localDirectory: string = tmpdir()): SpillDirectory {
  const base = join(localDirectory, `sheaf-${process.getuid?.() ?? 'user'}`);
  const owner = { pid: process.pid, start: startOf(process.pid) ?? 0, place: place() };
  const path = join(base, `worker-${owner.pid}-${owner.start}-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(base, { recursive: true, mode: 0o700 });
    checkOwn(base);
    removeDead(base);
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, OWNER), JSON.stringify(owner), { mode: 0o600 });
  } catch (cause) {
    const { message } = cause as Error;
    throw new SheafError(`no directory for spilled values can be made in ${localDirectory}: ${message}`, { cause });
  }
  const close = (): void => {
    process.off('exit', close);
    rmSync(path, { recursive: true, force: true });
  };
  process.on('exit', close);
  let files = 0;
  return {
    path,
    close,
    write: async (value) => (await spilling()).writeSpillFile(join(path, `${files++}.arrow`), value),
    read: async (file) => (await spilling()).readSpillFile(file),
    remove: (file) => void rm(file.path, { force: true }).catch(() => {}),
  };
}

/** What to tell of an error that the disk of `path` raised: where, and how much room there is. */
export function describeDiskFailure(path: string, error: Error): string {
  let free = 'an unknown number of bytes';
  try {
    const { bavail, bsize } = statfsSync(path);
    free = formatBytes(bavail * bsize);
  } catch {} // the directory is gone: the error says so
  return (
    `results cannot be spilled to ${path}, where ${free} are free (${error.message}): they stay in memory; ` +
    'set localDirectory to a larger disk, or memoryLimit higher'
  );
}

/** In a directory for everyone, such as /tmp, another user may have been first to take the name. */
function checkOwn(base: string): void {
  const stat = lstatSync(base);
  const uid = process.getuid?.();
  if (!stat.isDirectory()) throw new SheafError(`${base} is no directory`);
  if (uid !== undefined && stat.uid !== uid) throw new SheafError(`${base} belongs to user ${stat.uid}, not to ${uid}`);
  if (uid !== undefined && (stat.mode & 0o022) !== 0) throw new SheafError(`${base} can be written by other users`);
}

function removeDead(base: string): void {
  for (const name of readdirSync(base)) {
    if (!name.startsWith('worker-')) continue;
    const path = join(base, name);
    try {
      if (isDead(JSON.parse(readFileSync(join(path, OWNER), 'utf8')))) rmSync(path, { recursive: true, force: true });
    } catch {
      // Being made this moment, or being removed by another worker.
    }
  }
}

function isDead(owner: Owner): boolean {
  if (owner.place !== place()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const start = startOf(owner.pid);
  return start !== undefined && start !== owner.start;
}

/** Host and pid namespace, within which a process id and its start time mean one process. */
function place(): string {
  return [hostname(), linked('/proc/self/ns/pid')].join(' ');
}

function linked(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Field 22 of /proc/<pid>/stat, counted from behind the name, which may hold anything. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}
