import type { ChunksLike } from '../../plan/chunks.js';
import { ChunkedArray } from '../chunked-array.js';
import { npyNode } from '../npy.js';
import { zarrNode } from '../zarr.js';

/** Arrays that are in files: tasks read the parts that they need, so workers share the file system. */
export const files = {
  /**
   * The array in a .npy file of NumPy, in C or Fortran order; float16 is read as float32. The header is read now, and of the
   * elements each task reads its chunk. Raises {@link InputError} for a file that is not there, is cut off or is no .npy
   * file, and for elements that are no dtype here.
   */
  fromNpy: (path: string, { chunks = 'auto' }: { readonly chunks?: ChunksLike } = {}): ChunkedArray =>
    new ChunkedArray(npyNode(path, chunks)),

  /**
   * The Zarr array in a folder, of version 2 or 3, in chunks as they are stored unless told; each task reads what it needs.
   * Rejects with {@link InputError} for a folder without one, and for elements that are no dtype here.
   */
  fromZarr: async (path: string, { chunks }: { readonly chunks?: ChunksLike } = {}): Promise<ChunkedArray> =>
    new ChunkedArray(await zarrNode(path, chunks)),
};
