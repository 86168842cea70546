/** What the control groups of this process allow it: each group above a process may limit it, so all of them are asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The texts of `files` in the groups of this process that have `controller`, from the innermost outwards: the files of
 * version 2 and those of version 1. In a container the path is often that of the host, of which only the mounted root is
 * there, so files that are missing say nothing.
 */
export function cgroupTexts(
  controller: string,
  files: { readonly v1: readonly string[]; readonly v2: readonly string[] },
  root = '/',
): string[] {
  return textOf(join(root, 'proc/self/cgroup'))
    .split('\n')
    .flatMap((line) => {
      const [, controllers, ...path] = line.split(':');
      if (controllers === undefined) return [];
      const isUnified = controllers === '';
      if (!isUnified && !controllers.split(',').includes(controller)) return [];
      const mount = isUnified ? 'sys/fs/cgroup' : `sys/fs/cgroup/${controller}`;
      const steps = path
        .join(':')
        .split('/')
        .filter((step) => step !== '' && step !== '..');
      return Array.from({ length: steps.length + 1 }, (_, i) => steps.slice(0, steps.length - i)).flatMap((folder) =>
        (isUnified ? files.v2 : files.v1).map((file) => textOf(join(root, mount, ...folder, file))),
      );
    });
}

/** Empty for a file that cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
