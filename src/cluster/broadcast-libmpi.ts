/**
 * One string from one rank to all by real MPI: init, broadcast, barrier, and finalize at once. After that the death of a
 * rank is no MPI error any more, and the engine can deal with it.
 */
import { BootstrapError } from './bootstrap-error.js';
import { type Env, isOneHost, type Launcher } from './launcher.js';
import { type Koffi, type Libmpi, libraryCandidates, openLibmpi } from './libmpi.js';

export interface LibmpiBroadcast {
  readonly launcher: Launcher;
  /** What to share: given by the rank `root` and by no other. */
  readonly value?: string | undefined;
  readonly root: number;
  readonly env: Env;
}

/**
 * Gives the root's `value` to every rank. Raises {@link BootstrapError} when no library loads or when the one that does is
 * not the launcher's. It cannot time out: MPI blocks until every rank has come, and the launcher ends it if one dies.
 */
export async function broadcastByLibmpi({
  launcher,
  value,
  root,
  env,
}: LibmpiBroadcast): Promise<{ value: string; processorName: string; library: string }> {
  const koffi = await importKoffi();
  return withVariables(startupVariables(launcher, env), () => {
    const mpi = openLibmpi(koffi, libraryCandidates(launcher, env));
    mpi.init();
    checkPlace(mpi, launcher);
    const processorName = mpi.processorName();
    const shared = broadcastString(mpi, value, root);
    mpi.barrier();
    mpi.finalize();
    return { value: shared, processorName, library: `${mpi.version} (${mpi.file})` };
  });
}

async function importKoffi(): Promise<Koffi> {
  const name: string = 'koffi'; // not a literal type: the compiler must not ask for the types of an optional dependency
  try {
    return (await import(name)).default;
  } catch (cause) {
    throw new BootstrapError(
      `the optional package koffi, through which libmpi is called, cannot be imported (${(cause as Error).message}): ` +
        'install it, or set SHEAF_MPI_BOOTSTRAP=file on every rank',
      { cause },
    );
  }
}

/**
 * Variables that libraries read while they load, none of which the user has set.
 *
 * - UCX (under MPICH, and Open MPI with InfiniBand) would take SIGSEGV from V8, whose WebAssembly bounds checks need it.
 * - UCX and Open MPI would rewrite the first instructions of mmap(), munmap(), brk() and others, to see memory come and
 *   go. That is not safe beside V8's threads, which call these: UCX tries its hooks by moving the end of the heap up and
 *   back, and a malloc() of another thread in between loses its memory (seen: SIGSEGV in one start of 30 on a busy host).
 * - Where all ranks share one host, Open MPI need not look for networks: without the plug-ins for fabrics its start takes
 *   less than half the time. Over several hosts its own choice stands, for it may be the only one that reaches them all.
 */
export function startupVariables(launcher: Launcher, env: Env): Readonly<Record<string, string>> {
  const isUsersChoice = (...names: string[]) => names.some((name) => env[name] !== undefined);
  return {
    ...(!isUsersChoice('UCX_HANDLE_ERRORS', 'UCX_ERROR_SIGNALS') && { UCX_HANDLE_ERRORS: 'none' }),
    ...(!isUsersChoice('UCX_MEM_EVENTS') && { UCX_MEM_EVENTS: 'no' }),
    // By exclusion: names that a version lacks are no error then.
    ...(!isUsersChoice('OMPI_MCA_memory') && { OMPI_MCA_memory: '^patcher' }),
    ...(isOneHost(launcher, env) &&
      !isUsersChoice('OMPI_MCA_pml', 'OMPI_MCA_btl', 'OMPI_MCA_mtl') && {
        OMPI_MCA_pml: 'ob1',
        OMPI_MCA_btl: '^ofi,openib,usnic,uct',
      }),
  };
}

/** Runs `work` with `variables` in the process's environment, and takes them out again: children must not inherit them. */
function withVariables<T>(variables: Readonly<Record<string, string>>, work: () => T): T {
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

/** A library that does not belong to the launcher says nothing: each process then is rank 0 of a world of one. */
function checkPlace(mpi: Libmpi, { rank, size, kind }: Launcher): void {
  const [foundRank, foundSize] = [mpi.rank(), mpi.size()];
  if (foundRank === rank && foundSize === size) return;
  if (foundSize === 1) mpi.finalize(); // collective, so with peers it might wait for ever
  throw new BootstrapError(
    `the MPI library ${mpi.file} (${mpi.version}) does not belong to the launcher (${kind}): it says rank ${foundRank} of ` +
      `${foundSize}, the launcher's environment says rank ${rank} of ${size}. Set SHEAF_MPI_LIB to the libmpi of the ` +
      'mpirun in use, on every rank',
  );
}

/** Its length first, since only the root knows how much there is to receive. */
function broadcastString(mpi: Libmpi, value: string | undefined, root: number): string {
  const length = Buffer.alloc(4);
  if (value !== undefined) length.writeInt32LE(Buffer.byteLength(value));
  mpi.broadcast(length, root);
  const bytes = Buffer.alloc(length.readInt32LE());
  if (value !== undefined) bytes.write(value);
  mpi.broadcast(bytes, root);
  return bytes.toString();
}
