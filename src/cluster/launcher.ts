/**
 * Where is this process: alone, or one rank among several? Only the environment is asked. Asking an MPI library instead
 * would be fatal: Open MPI under `srun --mpi=none` ends the process inside MPI_Init.
 *
 * The order of the rules matters, since launchers nest: inside a Slurm allocation mpirun starts its daemons with srun, so
 * its ranks inherit the Slurm numbers of the *daemon*.
 */
import { InputError } from '../util/errors.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** `pmi` stands for every launcher that speaks PMI-1 over an inherited socket: Hydra (MPICH, Intel MPI) and `srun --mpi=pmi2`. */
export type LauncherKind = 'openmpi' | 'pmi' | 'slurm';

export interface Launcher {
  readonly kind: LauncherKind;
  readonly rank: number;
  readonly size: number;
  /** The launcher serves PMIx, so MPI_Init of a PMIx-capable libmpi finds its peers (under srun: `--mpi=pmix`). */
  readonly pmix: boolean;
}

interface Rule {
  readonly kind: LauncherKind;
  readonly rank: string;
  readonly size: string;
  readonly applies: (env: Env, isSocket: (fd: number) => boolean) => boolean;
}

/** Ids from here up are Slurm's own steps (batch body, extern, the interactive shell of salloc), whose processes are no ranks. */
const firstSpecialStep = 0xfffffff0;

const rules: readonly Rule[] = [
  { kind: 'openmpi', rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE', applies: () => true },
  {
    kind: 'pmi',
    rank: 'PMI_RANK',
    size: 'PMI_SIZE',
    // A child of a rank inherits the variables but not the descriptor, which may be closed or something else by then.
    applies: (env, isSocket) => isSocket(count(env.PMI_FD) ?? -1),
  },
  {
    kind: 'slurm',
    rank: 'SLURM_PROCID',
    size: 'SLURM_STEP_NUM_TASKS', // SLURM_NTASKS is the job's, which a step may exceed or undercut
    applies: (env) => (count(env.SLURM_STEP_ID) ?? firstSpecialStep) < firstSpecialStep,
  },
];

/**
 * The launcher that started this process and its place in the job; undefined if it was started alone.
 * `isSocket` tells whether a file descriptor is an open socket. Raises {@link InputError} under `mpiexec -pmi-port`.
 *
 * @example
 * detectLauncher({ OMPI_COMM_WORLD_RANK: '2', OMPI_COMM_WORLD_SIZE: '4' }, () => false);
 * // { kind: 'openmpi', rank: 2, size: 4, pmix: false }
 */
export function detectLauncher(env: Env, isSocket: (fd: number) => boolean): Launcher | undefined {
  for (const { kind, rank: rankName, size: sizeName, applies } of rules) {
    const rank = count(env[rankName]);
    const size = count(env[sizeName]);
    if (rank === undefined || size === undefined || rank >= size || !applies(env, isSocket)) continue;
    return { kind, rank, size, pmix: env.PMIX_RANK !== undefined };
  }
  if (env.PMI_PORT !== undefined && env.PMI_RANK === undefined) {
    throw new InputError(
      `started by a launcher that offers PMI on a TCP port (PMI_PORT=${env.PMI_PORT}), which is not supported: leave out -pmi-port`,
    );
  }
  return undefined;
}

/**
 * The place of a rank to which the launcher's socket did not come through: between Hydra and a program, npx closes it.
 * It has nothing to meet the others by, and a child of a rank looks the same.
 */
export function rankWithoutSocket(env: Env): Launcher | undefined {
  const [rank, size] = [count(env.PMI_RANK), count(env.PMI_SIZE)];
  if (rank === undefined || size === undefined || rank >= size) return undefined;
  return { kind: 'pmi', rank, size, pmix: false };
}

/** Whether all ranks are known to run on this host; only Open MPI's launcher tells. */
export function isOneHost({ kind }: Launcher, env: Env): boolean {
  return kind === 'openmpi' && env.OMPI_COMM_WORLD_LOCAL_SIZE === env.OMPI_COMM_WORLD_SIZE;
}

/** The number that a variable holds; undefined where it holds none. */
export function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
