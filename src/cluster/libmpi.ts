/**
 * The few functions of libmpi that a bootstrap needs, bound at run time with koffi, so that nothing is compiled and one
 * build serves every MPI. Two binary interfaces exist: Open MPI's handles are addresses of symbols in the library, those
 * of the MPICH family (MPICH, Intel MPI, MVAPICH) are fixed integers.
 *
 * All calls block the event loop, and a broadcast spins: its root must be listening before it enters one.
 */
import { BootstrapError } from './bootstrap-error.js';
import type { Env, Launcher } from './launcher.js';

/** What is used of koffi, an optional dependency whose types may therefore be absent. */
export interface Koffi {
  /** The library of a file, or for null what the process has loaded already. */
  load(file: string | null, options?: { lazy: boolean; global: boolean }): KoffiLibrary;
}

interface KoffiLibrary {
  func(name: string, result: string, parameters: readonly string[]): (...args: unknown[]) => unknown;
  symbol(name: string): unknown;
}

interface Abi {
  readonly handle: 'void *' | 'int';
  readonly world: (library: KoffiLibrary) => unknown;
  readonly byte: (library: KoffiLibrary) => unknown;
}

const abis: Readonly<Record<'openmpi' | 'mpich', Abi>> = {
  openmpi: {
    handle: 'void *',
    world: (library) => library.symbol('ompi_mpi_comm_world'),
    byte: (library) => library.symbol('ompi_mpi_byte'),
  },
  mpich: { handle: 'int', world: () => 0x44000000, byte: () => 0x4c00010d },
};

const openmpiFiles = ['libmpi.so.40', 'libmpi.so.20', 'libmpi.so'];
const mpichFiles = ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so', 'libmpi.so'];

export interface Libmpi {
  readonly file: string;
  /** First line of MPI_Get_library_version. */
  readonly version: string;
  init(): void;
  rank(): number;
  size(): number;
  processorName(): string;
  /** Overwrites `bytes`, of the same length on every rank, with rank 0's. */
  broadcast(bytes: Uint8Array, root: number): void;
  barrier(): void;
  finalize(): void;
}

/** The files to try for the library of `launcher`, most likely first; `SHEAF_MPI_LIB` alone where it is set. */
export function libraryCandidates(launcher: Launcher, env: Env): readonly string[] {
  if (env.SHEAF_MPI_LIB) return [env.SHEAF_MPI_LIB];
  const isOpenmpi = launcher.kind === 'openmpi' || launcher.pmix;
  return [...new Set(isOpenmpi ? [...openmpiFiles, ...mpichFiles] : [...mpichFiles, ...openmpiFiles])];
}

/** Loads the first of `files` that loads. Raises {@link BootstrapError} with the loader's reason for each if none does. */
export function openLibmpi(koffi: Koffi, files: readonly string[]): Libmpi {
  const reasons: string[] = [];
  for (const file of files) {
    let library: KoffiLibrary;
    try {
      // Global: Open MPI's plug-ins look for the symbols of libmpi in the process.
      library = koffi.load(file, { lazy: true, global: true });
    } catch (error) {
      reasons.push(`  ${file}: ${(error as Error).message}`);
      continue;
    }
    pin(koffi, file);
    return bind(library, file);
  }
  throw new BootstrapError(
    `no MPI library could be loaded:\n${reasons.join('\n')}\n` +
      'Set SHEAF_MPI_LIB to the libmpi of the mpirun in use (or its folder in LD_LIBRARY_PATH), or ' +
      'SHEAF_MPI_BOOTSTRAP=file to use a shared directory instead, on every rank',
  );
}

/**
 * Keeps the library for good by a reference that nobody gives back. koffi would unload it once it is garbage, and at exit;
 * but Open MPI, where the user lets it, patches munmap() to call into itself and does not undo that: the next large free()
 * would crash.
 */
function pin(koffi: Koffi, file: string): void {
  const lazy = 1; // RTLD_LAZY, on Linux and macOS alike
  koffi.load(null).func('dlopen', 'void *', ['const char *', 'int'])(file, lazy);
}

function bind(library: KoffiLibrary, file: string): Libmpi {
  const call = (name: string, types: readonly string[], ...args: unknown[]): void => {
    const code = library.func(name, 'int', types)(...args);
    if (code !== 0) throw new BootstrapError(`${name} of ${file} failed with code ${code}`);
  };
  const text = (name: string): string => {
    const bytes = Buffer.alloc(8192); // MPI_MAX_LIBRARY_VERSION_STRING, the larger of the two uses
    const length = [0];
    call(name, ['uint8_t *', '_Out_ int *'], bytes, length);
    return bytes.toString('utf8', 0, length[0]).replace(/[\0\n].*$/s, '');
  };
  const version = text('MPI_Get_library_version'); // allowed before MPI_Init
  const { handle, ...constants } = abis[/open ?mpi/i.test(version) ? 'openmpi' : 'mpich'];
  const world = constants.world(library);
  const byte = constants.byte(library);
  const number = (name: string): number => {
    const out = [0];
    call(name, [handle, '_Out_ int *'], world, out);
    return out[0];
  };
  return {
    file,
    version,
    init: () => call('MPI_Init', ['void *', 'void *'], null, null),
    rank: () => number('MPI_Comm_rank'),
    size: () => number('MPI_Comm_size'),
    processorName: () => text('MPI_Get_processor_name'),
    broadcast: (bytes, root) =>
      call('MPI_Bcast', ['uint8_t *', 'int', handle, 'int', handle], bytes, bytes.length, byte, root, world),
    barrier: () => call('MPI_Barrier', [handle], world),
    finalize: () => call('MPI_Finalize', []),
  };
}
