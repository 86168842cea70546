/** Runs compiled programs under the mpirun of this machine, for the tests that need real ranks. */
import { debianPackage, type MpiKind } from '../../bench/programs/mpirun.js';

export * from '../../bench/programs/mpirun.js';

/** For a test's title: tells whoever sees the test skipped what to install. */
export function mpiTitle(kind: MpiKind): string {
  return `${kind} (Debian package ${debianPackage(kind)})`;
}
