/**
 * The BLAS of the machine, where there is one that is fast and koffi is installed to call it: products of large matrices
 * of floats then go as fast as NumPy's, which calls the same. `SHEAF_BLAS` names another library, or `none`.
 */
import { createRequire } from 'node:module';
import type { Blas } from '../kernels/gemm.js';
import { warn } from '../util/warnings.js';

/** The libraries in the order in which they are tried, and how each is told to leave the threads to us. */
const libraries: readonly (readonly [name: string, setThreads?: string])[] = [
  ['libopenblas.so.0', 'void openblas_set_num_threads(int)'],
  ['libopenblas.so', 'void openblas_set_num_threads(int)'],
  ['libmkl_rt.so.2', 'void MKL_Set_Num_Threads(int)'],
  ['libblis.so.4', 'void bli_thread_set_num_threads(int64_t)'],
  ['libopenblas.dylib', 'void openblas_set_num_threads(int)'],
  ['libopenblas.dll', 'void openblas_set_num_threads(int)'],
];

interface Library {
  func(prototype: string): (...args: unknown[]) => unknown;
}
interface Koffi {
  load(name: string): Library;
}

const signature = (name: string, type: string): string =>
  `void ${name}(int, int, int, int, int, int, ${type}, ${type} *, int, ${type} *, int, ${type}, _Inout_ ${type} *, int)`;

/** The product of the BLAS that is found; undefined where there is none. */
export function findBlas(): Blas | undefined {
  const asked = process.env.SHEAF_BLAS;
  if (asked === 'none') return undefined;
  const koffi = loadKoffi();
  if (!koffi) return undefined;
  for (const [name, setThreads] of asked ? ([[asked]] as const) : libraries) {
    try {
      return open(koffi.load(name), setThreads);
    } catch (error) {
      if (asked) warn('UserWarning', `SHEAF_BLAS names ${asked}, which cannot be used: ${(error as Error).message}`);
    }
  }
  return undefined;
}

function open(library: Library, setThreads: string | undefined): Blas {
  if (setThreads) library.func(setThreads)(1);
  return {
    float64: library.func(signature('cblas_dgemm', 'double')) as Blas['float64'],
    float32: library.func(signature('cblas_sgemm', 'float')) as Blas['float32'],
  };
}

function loadKoffi(): Koffi | undefined {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return undefined; // an optional dependency
  }
}
