/** Run under `ulimit -f`: spills results that are over and under the limit, and says how it went. */
import { describeDiskFailure, makeSpillDirectory } from '../../src/worker/spill-directory.js';
import { Store } from '../../src/worker/store.js';

const shelf = makeSpillDirectory(process.argv[2]);
const warnings: string[] = [];
let now = 0;
const store = new Store({
  shelf,
  now: () => now,
  onDiskFailure: (error) => warnings.push(describeDiskFailure(shelf.path, error)),
});
const large = new Float64Array(1 << 20).fill(1);
store.set('large', large, large.byteLength);
store.set('small', new Float64Array(1000).fill(2), 8000);
await store.spill(1);
await store.spill(1);
const after = { large: store.inMemory('large'), same: store.get('large') === large };
now = 1e6;
await store.spill(8000); // the large one was used last
console.log(JSON.stringify({ path: shelf.path, warnings, after, small: (await store.load('small')) as object, now }));
