// Runs a built program of this package, setting the clone up before: node scripts/run.mjs PROGRAM [arguments]
// The program runs in this process, so its exit code, its signals and its streams need no forwarding.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);
if (!program) {
  console.error('usage: node scripts/run.mjs PROGRAM [arguments], with a PROGRAM such as dist/examples/grid-search.js');
  process.exit(2);
}
if (!setUp()) process.exit(1);
const path = resolve(root, program);
if (!existsSync(path)) {
  console.error(`sheaf: there is no ${program} in the build; is its source in src, bench or examples?`);
  process.exit(2);
}
process.argv = [process.execPath, path, ...args];
await import(pathToFileURL(path).href);
