/**
 * One string from rank 0 to all by a file in a directory that every host sees. It needs nothing of MPI, so it works under
 * every launcher. The file appears whole (written aside, then renamed), for its owner only, and goes when rank 0 ends.
 * Its name must differ from run to run, or a rank would read what a crashed run left behind.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { open, readdir, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '../util/errors.js';
import { BootstrapError } from './bootstrap-error.js';
import { type Env, isOneHost, type Launcher } from './launcher.js';

/**
 * A name for this run that all its ranks and no other run derive: Slurm's job, step and restart numbers, or a hash of the
 * random token that Open MPI's mpirun gives to all its ranks. Raises {@link InputError} where the environment has neither.
 */
export function runKey(launcher: Launcher, env: Env): string {
  const token = env.OMPI_MCA_orte_precondition_transports ?? env.PMIX_NAMESPACE;
  if (launcher.kind === 'openmpi' && token !== undefined) {
    return `mpirun-${createHash('sha256').update(token).digest('hex').slice(0, 16)}`;
  }
  if (env.SLURM_JOB_ID !== undefined && env.SLURM_STEP_ID !== undefined) {
    const cluster = env.SLURM_CLUSTER_NAME ?? 'slurm'; // job numbers of two clusters that share a directory may coincide
    return `${cluster}-${env.SLURM_JOB_ID}.${env.SLURM_STEP_ID}.${env.SLURM_RESTART_COUNT ?? 0}`;
  }
  throw new InputError(
    `the launcher (${launcher.kind}) gives its ranks no name of this run, so they cannot agree on a file: ` +
      'unset SHEAF_MPI_BOOTSTRAP, or set it to pmi or mpi',
  );
}

/**
 * The directory that Open MPI's mpirun makes for its run, its owner's alone, and removes afterwards. Undefined where ranks
 * are on several hosts, which have one each, or where it cannot be seen (ranks in a container).
 */
export function sessionDirectory(launcher: Launcher, env: Env): string | undefined {
  const directory = isOneHost(launcher, env) ? env.PMIX_SERVER_TMPDIR : undefined;
  return directory && existsSync(directory) ? directory : undefined;
}

/**
 * The file of this run: in `SHEAF_MPI_DIR`, else the launcher's own directory, else where the Slurm job was submitted,
 * else the working directory.
 */
export function rendezvousFile(launcher: Launcher, env: Env, workingDirectory: string): string {
  const directory = env.SHEAF_MPI_DIR || sessionDirectory(launcher, env) || env.SLURM_SUBMIT_DIR || workingDirectory;
  return join(directory, `.sheaf-${runKey(launcher, env)}`);
}

/** Rank 0's side: makes `file` hold `value` until this process ends, which must therefore outlive the others' reading. */
export async function publish(file: string, value: string): Promise<void> {
  // A random name, made anew: nobody who can write to the directory can have put a link of that name there.
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  process.once('exit', () => {
    for (const path of [temporary, file]) rmSync(path, { force: true });
  });
  await writeFile(temporary, value, { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
}

/**
 * Rank 0's side, when it ends at once after what it says: resolves when the `count` others have read it, or after `timeoutMs`.
 * Each leaves a file of its own, since no barrier tells.
 */
export async function untilRead(file: string, count: number, timeoutMs: number): Promise<void> {
  const [directory, name] = [dirname(file), basename(file)];
  const marks = async () => (await readdir(directory)).filter((other) => other.startsWith(`${name}.read-`));
  for (const giveUpAt = performance.now() + timeoutMs; performance.now() < giveUpAt; await delay(20)) {
    const found = await marks();
    if (found.length < count) continue;
    for (const mark of found) rmSync(join(directory, mark), { force: true });
    return;
  }
}

/** The other side of that. */
export const markRead = (file: string, rank: number): Promise<void> => writeFile(`${file}.read-${rank}`, '');

/** The other side: the content of `file` once it is there. Raises {@link BootstrapError} if it is not after `timeoutMs`. */
export async function collect(file: string, directory: string, timeoutMs: number): Promise<string> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 50)) {
    const content = await readOwn(file);
    if (content !== undefined) return content;
    if (performance.now() > giveUpAt) {
      throw new BootstrapError(
        `rank 0 left no file ${file} within ${timeoutMs} ms, seen from ${hostname()}: is ${directory} shared between ` +
          'the hosts? Set SHEAF_MPI_DIR to a directory that is, on every rank',
      );
    }
    await readdir(directory).catch(() => {}); // makes an NFS client forget that it once found no such file
    await delay(pauseMs);
  }
}

/** The file's content, or undefined if there is none. Whoever can write it decides what the ranks join: it must be ours. */
async function readOwn(file: string): Promise<string | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { uid } = await handle.stat();
    const own = process.getuid?.() ?? uid;
    if (uid !== own) {
      throw new BootstrapError(
        `${file} belongs to user ${uid}, not to ${own}, who runs this: set SHEAF_MPI_DIR to a directory of your own`,
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
