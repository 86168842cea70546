/** The directory of a worker for spilled values. */
import { statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../util/bytes.js';
import { ownDirectory } from './own-directory.js';
import type { SpillFile } from './spill-file.js';
import type { Shelf } from './store.js';

/** Imported when first needed, as most workers never spill. */
const spilling = () => import('./spill-file.js');

export interface SpillDirectory extends Shelf<SpillFile> {
  readonly path: string;
  /** Removes it with all that is in it. */
  close(): void;
}

/** Raises {@link SheafError} where the directory of this user is somebody else's, or cannot be made. */
export function makeSpillDirectory(localDirectory?: string): SpillDirectory {
  const { path, make, close } = ownDirectory('spilled values', localDirectory);
  make();
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
