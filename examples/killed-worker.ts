/** A worker process is killed in the middle of the work; what it had is computed again, and another takes its place. */
import { Client, initialize } from 'sheaf';

await initialize({ workers: 2, threadsPerWorker: 1, processes: true });
const client = new Client();

async function sumOfBlock(i: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return new Float64Array(100_000).fill(i).reduce((a, b) => a + b);
}

const sums = client.map(
  sumOfBlock,
  Array.from({ length: 40 }, (_, i) => i),
);
await sums[5]; // some are done, others under way

const { workers } = await client.schedulerInfo();
process.kill(workers[0]!.pid, 'SIGKILL');

const total = (await client.gather(sums)).reduce((a, b) => a + b);
console.log(`the sum of all blocks is ${total}`);

await client.waitForWorkers(2);
const after = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
console.log(`${after.filter((pid) => !workers.some((worker) => worker.pid === pid)).length} worker is new`);

// What fails by itself now and then may be tried again.
const flaky = client.with({ retries: 100 }).submit(() => {
  if (Math.random() < 0.5) throw new Error('not this time');
  return 'in the end it worked';
});
console.log(await flaky);

await client.shutdown();
