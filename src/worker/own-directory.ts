/**
 * A directory of a worker's own: `<base>/sheaf-<uid>/worker-<pid>-<start>-<random>`, its owner's alone. It goes with the
 * process; those of processes that were killed go when the next of this user is made. A process is told from a later one of
 * its number by its start time, and one of another host or container by what is in `owner.json`.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SheafError } from '../util/errors.js';

const OWNER = 'owner.json';

interface Owner {
  readonly pid: number;
  /** In ticks since the host was started; 0 where there is no /proc. */
  readonly start: number;
  /** Where that number means that process. */
  readonly place: string;
}

export interface OwnDirectory {
  /** Where it is, or will be once it is made. */
  readonly path: string;
  /** Raises {@link SheafError} where the directory of this user is somebody else's, or it cannot be made. */
  make(): void;
  /** Removes it with all that is in it. */
  close(): void;
}

/** `purpose` is what it is for, in an error. */
export function ownDirectory(purpose: string, localDirectory: string = tmpdir()): OwnDirectory {
  const base = join(localDirectory, `sheaf-${process.getuid?.() ?? 'user'}`);
  const { pid } = process;
  const start = startOf(pid) ?? 0;
  const path = join(base, `worker-${pid}-${start}-${randomBytes(4).toString('hex')}`);
  let isMade = false;
  const close = (): void => {
    if (!isMade) return;
    process.off('exit', close);
    rmSync(path, { recursive: true, force: true });
  };
  return {
    path,
    close,
    make() {
      if (isMade) return;
      try {
        mkdirSync(base, { recursive: true, mode: 0o700 });
        checkOwn(base);
        removeDead(base);
        mkdirSync(path, { mode: 0o700 });
        const owner: Owner = { pid, start, place: place() };
        writeFileSync(join(path, OWNER), JSON.stringify(owner), { mode: 0o600 });
      } catch (cause) {
        const { message } = cause as Error;
        throw new SheafError(`no directory for ${purpose} can be made in ${localDirectory}: ${message}`, { cause });
      }
      isMade = true;
      process.on('exit', close);
    },
  };
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
