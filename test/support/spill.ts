/** A spill directory for each test of a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { makeSpillDirectory, type SpillDirectory } from '../../src/worker/spill-directory.js';

/** Gives a new one to `take` before each test. */
export function spillBeforeEach(take: (shelf: SpillDirectory) => void): void {
  let base: string;
  let shelf: SpillDirectory;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
    shelf = makeSpillDirectory(base);
    take(shelf);
  });
  afterEach(() => {
    shelf.close();
    rmSync(base, { recursive: true });
  });
}
