/** A script that joins a cluster that others started: by the file that its argument names, or by the environment. */
import { Client, initialize, wait } from '../../src/index.js';

const [what, schedulerFile] = process.argv.slice(2);

const scripts: Readonly<Record<string, () => Promise<void>>> = {
  /** As it was written for mpirun. */
  unchanged: async () => {
    await initialize();
    const client = new Client();
    console.log(await client.gather(client.map((x: number) => x * x, [1, 2, 3])));
    await client.close();
  },

  squares: async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    console.log(await client.gather(client.map((x: number) => x * x, [1, 2, 3])));
    await client.close();
  },

  shutdown: async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    await client.shutdown();
  },

  /** Leaves data on one of two workers, which is asked to leave. */
  'worker leaves': async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    await client.waitForWorkers(2);
    const lists = client.map((x: number) => new Float64Array(1000).fill(x), [1, 2, 3, 4], { pure: false });
    await wait(lists);
    const ran = async () => (await client.getTaskStream()).length;
    const before = await ran();
    console.log('ready');
    while ((await client.schedulerInfo()).workers.length > 1) await client.submit((x: number) => x, Math.random());
    const sums = (await client.gather(lists)).map((list) => list.reduce((a, b) => a + b));
    const again = (await client.getTaskStream())
      .slice(before)
      .filter(({ key }) => lists.some((list) => list.key === key));
    console.log(sums, again.length);
    await client.close();
  },

  'scheduler dies': async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    await client.waitForWorkers(1);
    console.log('ready');
    await client.submit(() => new Promise(() => setInterval(() => {}, 1000)));
  },

  /** One worker asked to leave has something to do that never ends. */
  endless: async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    const endless = client.submit(() => new Promise(() => setInterval(() => {}, 1000)));
    await client.submit(() => 1);
    console.log('ready');
    try {
      await endless;
    } catch (error) {
      console.log((error as Error).name);
    }
    await client.close();
  },

  /** Tells when a worker is about to leave. */
  retiring: async () => {
    const client = new Client({ schedulerFile: schedulerFile! });
    const isSo = async () => (await client.schedulerInfo()).workers.some(({ status }) => status === 'retiring');
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log('retiring');
    await client.close();
  },

  workers: async () => {
    const client = new Client({
      schedulerFile: schedulerFile!,
      ...(process.argv[5] && { timeoutMs: Number(process.argv[5]) }),
    });
    await client.waitForWorkers(Number(process.argv[4]));
    const { workers } = await client.schedulerInfo();
    console.log(workers.length, [...new Set(workers.map(({ nthreads }) => nthreads))]);
    await client.close();
  },
};

await scripts[what ?? '']!();
