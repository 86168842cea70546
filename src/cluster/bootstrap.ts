/**
 * How the ranks of a job meet: one of them, the root, listens, and one small string (its addresses and secret) goes to all
 * others. It listens before: they may connect the moment they leave a broadcast, and libmpi blocks.

 * Three ways lead there, and every rank must take the same, so the choice looks at nothing but the environment and the
 * installation, which are the same for all:
 *
 * | way  | what it is                                   | when                                              |
 * |------|----------------------------------------------|---------------------------------------------------|
 * | none | nothing: nobody is to be told                | one rank                                          |
 * | pmi  | PMI-1 text over the launcher's socket        | Hydra (MPICH, Intel MPI), `srun --mpi=pmi2`       |
 * | mpi  | MPI_Bcast of the real libmpi, through koffi  | Open MPI's mpirun over hosts, `srun --mpi=pmix`   |
 * | file | a file in a shared directory                 | Open MPI's mpirun on one host, other srun, no koffi |
 *
 * On one host the file takes some 15 ms, MPI_Init to MPI_Finalize some 200 (4 ranks on 2 cores).
 */
import { fstatSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { InputError } from '../util/errors.js';
import { broadcastByLibmpi } from './broadcast-libmpi.js';
import { debug } from './debug.js';
import { detectLauncher, type Env, type Launcher } from './launcher.js';
import { broadcastByPmi } from './pmi.js';
import { collect, markRead, publish, rendezvousFile, sessionDirectory, untilRead } from './rendezvous-file.js';

export const ways = ['pmi', 'mpi', 'file'] as const;
export type Way = (typeof ways)[number];

export interface BootstrapOptions {
  readonly launcher: Launcher;
  /** The string for the others, on the rank that has one; whoever it names listens already. */
  readonly value?: string | undefined;
  /** The rank that has it (default 0). */
  readonly root?: number;
  /** How long to wait for the other ranks (ways `pmi` and `file`; MPI itself waits without end). */
  readonly timeoutMs?: number;
  readonly env?: Env;
}

export interface Bootstrap {
  readonly rank: number;
  readonly size: number;
  readonly way: Way | 'none';
  /** What the root has for all. */
  readonly value: string;
  /** MPI_Get_processor_name and MPI_Get_library_version, on the way `mpi`. */
  readonly processorName?: string;
  readonly library?: string;
  /** For a root that ends at once: resolves when all others have called it too. Without it they have what they need already. */
  readonly read?: () => Promise<void>;
}

/** The launcher of this very process, or undefined if it runs alone. */
export function currentLauncher(): Launcher | undefined {
  return detectLauncher(process.env, isSocket);
}

/**
 * The way the ranks of `launcher` meet; `SHEAF_MPI_BOOTSTRAP` overrides it and must then be set on every rank (Open MPI
 * passes it to other hosts with `-x SHEAF_MPI_BOOTSTRAP`). Raises {@link InputError} for an override that cannot be.
 */
export function chooseWay(launcher: Launcher, env: Env, hasKoffi: boolean): Way | 'none' {
  const wanted = env.SHEAF_MPI_BOOTSTRAP;
  if (!wanted) return defaultWay(launcher, env, hasKoffi);
  if (!ways.includes(wanted as Way)) {
    throw new InputError(`SHEAF_MPI_BOOTSTRAP is ${JSON.stringify(wanted)}: it must be one of ${ways.join(', ')}`);
  }
  if (wanted === 'pmi' && launcher.kind !== 'pmi') {
    throw new InputError(`SHEAF_MPI_BOOTSTRAP is pmi, but the launcher (${launcher.kind}) offers no PMI socket`);
  }
  return wanted as Way;
}

function defaultWay(launcher: Launcher, env: Env, hasKoffi: boolean): Way | 'none' {
  const { kind, pmix, size } = launcher;
  if (size === 1) return 'none';
  if (kind === 'pmi') return 'pmi';
  if (sessionDirectory(launcher, env) !== undefined) return 'file';
  return hasKoffi && (kind === 'openmpi' || pmix) ? 'mpi' : 'file';
}

/**
 * Gives the string of the root to every rank of the job; all ranks must call it. Raises {@link InputError} or
 * BootstrapError when they cannot meet.
 *
 * @example
 * const launcher = currentLauncher();
 * if (launcher) {
 *   const mine = launcher.rank === 0 ? 'tcp://10.0.0.1:8786' : undefined;
 *   const { rank, value } = await bootstrap({ launcher, value: mine });
 *   console.log(rank, value);
 * }
 */
export async function bootstrap({
  launcher,
  value,
  root = 0,
  timeoutMs = 120_000,
  env = process.env,
}: BootstrapOptions): Promise<Bootstrap> {
  const way = chooseWay(launcher, env, hasKoffi());
  const met = await meetings[way]({ launcher, value, root, timeoutMs, env });
  debug('the ranks have met by: %s%s', way, met.library === undefined ? '' : `, ${met.library}`);
  return { rank: launcher.rank, size: launcher.size, way, ...met };
}

interface Meeting {
  readonly launcher: Launcher;
  readonly value: string | undefined;
  readonly root: number;
  readonly timeoutMs: number;
  readonly env: Env;
}

type Meet = (meeting: Meeting) => Promise<Pick<Bootstrap, 'value' | 'processorName' | 'library' | 'read'>>;

const meetings: Readonly<Record<Bootstrap['way'], Meet>> = {
  none: async ({ value }) => ({ value: value! }), // the only rank is the root
  pmi: async ({ value, timeoutMs, env }) => ({
    value: await broadcastByPmi({ socket: new Socket({ fd: Number(env.PMI_FD) }), value, timeoutMs }),
  }),
  mpi: broadcastByLibmpi,
  file: async ({ launcher, value, timeoutMs, env }) => {
    const file = rendezvousFile(launcher, env, process.cwd());
    const { rank, size } = launcher;
    if (value === undefined) {
      return { value: await collect(file, dirname(file), timeoutMs), read: () => markRead(file, rank) };
    }
    await publish(file, value);
    return { value, read: () => untilRead(file, size - 1, timeoutMs) };
  },
};

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

function hasKoffi(): boolean {
  try {
    createRequire(import.meta.url).resolve('koffi');
    return true;
  } catch {
    return false;
  }
}
