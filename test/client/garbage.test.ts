/** Results leave the cluster when nobody can reach their futures any more; in a process whose garbage can be collected. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

const program = `
import { Client, LocalCluster, wait } from 'sheaf';
const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
const client = new Client(cluster);
const tasks = async () => (await client.schedulerInfo()).tasks;
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
async function collectUntil(count) {
  for (let i = 0; i < 1000 && (await tasks()) !== count; i++) {
    gc();
    await turn();
  }
  return tasks();
}
const report = {};

let one = client.submit((x) => x + 1, 1);
report.value = await one;
gc();
await turn();
report.kept = await tasks();
one = undefined;
report.single = await collectUntil(0);

let long = client.map((x) => x, Array.from({ length: 30_000 }, (_, i) => i));
let some = long[17];
await client.gather(long);
report.long = await tasks();
long = undefined;
report.some = await collectUntil(0 + 1 * (some instanceof Object)); // the one that was taken out of it
report.taken = await some;
some = undefined;
report.none = await collectUntil(0);

class Counter {
  n = 0;
  add() {
    return ++this.n;
  }
}
let counter = await client.submit(Counter, { actor: true });
gc();
await turn();
gc();
await turn();
report.count = await counter.add(); // the handle keeps the actor
counter = undefined;
report.actors = await collectUntil(0);

// What is awaited is kept, though its future is garbage at once.
const slow = client.submit(() => new Promise((resolve) => setTimeout(resolve, 300, 'slow'))).result();
const gathered = client.gather(client.map((x) => new Promise((resolve) => setTimeout(resolve, 300, x)), [1, 2]));
const collecting = setInterval(gc, 20);
report.awaited = await Promise.all([slow, gathered]);
clearInterval(collecting);
await client.close();
await cluster.close();
console.log(JSON.stringify(report));
`;

test('futures that are garbage let go of their results, those of a lazy array and actors too', async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(JSON.parse(stdout)).toEqual({
    ...{ value: 2, kept: 1, single: 0 },
    ...{ long: 30_000, some: 1, taken: 17, none: 0 },
    ...{ count: 1, actors: 0 },
    awaited: ['slow', [1, 2]],
  });
});
