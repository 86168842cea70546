/** The repository's files, by their paths from its root. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, seen from dist/test/support. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url));

const notCommitted = /^(node_modules|dist|coverage|\.git|\.sheaf-.*|.*\.log)$/;

/** Paths from the root, with slashes, of all files under a folder, those that git ignores excepted. */
export function filesUnder(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notCommitted.test(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
}

/** The text of a file. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
