/** A user's script, as one of several, for the tests of initialize(): which one is told by the first argument. */
import { hostname, networkInterfaces } from 'node:os';
import { asCompleted, Client, GraphBuilder, initialize, wait } from '../../src/index.js';
import { op } from '../support/ops.js';

const rank = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK ?? process.env.SLURM_PROCID);

const scripts: Readonly<Record<string, () => Promise<void>>> = {
  graph: async () => {
    await initialize();
    const client = new Client();
    const builder = new GraphBuilder();
    const numbers = Array.from({ length: 10 }, (_, i) => builder.add(op('range'), 1000 + i));
    const sums = numbers.map((key) => builder.add(op('sum'), null, [key]));
    const total = builder.add(op('add'), 0, sums);
    const [result] = await client.get(builder.build(), [total]);
    const { workers } = await client.schedulerInfo();
    console.log(JSON.stringify({ rank, result, workers: workers.map(({ name }) => name).sort() }));
    console.log({ plain: 1, text: 'not coloured' });
    await client.close();
  },

  roles: async () => {
    const options = JSON.parse(process.argv[3]!);
    const isClient = await initialize({ ...options, exit: false });
    if (!isClient) return;
    const client = new Client();
    const squares = await client.gather(client.map((x: number) => x * x, [1, 2, 3, 4]));
    const { launch, workers, addresses } = await client.schedulerInfo();
    const scheme = new URL(addresses[0]!).protocol;
    const names = workers.map(({ name }) => name).sort();
    console.log(JSON.stringify({ rank, squares, launch, names, scheme }));
    await client.shutdown();
  },

  'goes on everywhere': async () => {
    const isClient = await initialize({ exit: false });
    if (isClient) {
      const client = new Client();
      await client.ready;
      await client.shutdown();
    }
    // One line in one write: the ranks' output does not mix.
    process.stdout.write(`${rank} ${isClient}\n`);
  },

  options: async () => {
    await initialize(JSON.parse(process.argv[3]!));
    console.log(JSON.stringify((await new Client().schedulerInfo()).workers));
  },

  /** A job long enough for something to happen to it; what it finds must be right all the same. */
  'long work': async () => {
    const [tasks, ms] = process.argv.slice(3).map(Number) as [number, number];
    await initialize({ workerTtlMs: 3000 });
    const client = new Client();
    const numbers = Array.from({ length: tasks }, (_, i) => i);
    const sleepy = async (i: number, wait: number) => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      return i * i;
    };
    const squares = client.map(
      sleepy,
      numbers,
      numbers.map(() => ms),
    );
    let done = 0;
    for await (const _ of asCompleted(squares)) if (++done === Math.ceil(tasks / 10)) console.log('ready');
    const sum = (await client.gather(squares)).reduce((a, b) => a + b);
    console.log(sum === ((tasks - 1) * tasks * (2 * tasks - 1)) / 6 ? 'right' : `wrong: ${sum}`);
    console.log((await client.schedulerInfo()).workers.length);
  },

  /** One host has lost its link before its rank begins to look for the scheduler. */
  'cut off': async () => {
    if (hostname() === process.argv[3]) {
      // One without a carrier is not listed.
      while (networkInterfaces().eth0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await initialize({ timeoutMs: 4000 });
  },

  /** Two jobs side by side must not meet. */
  'own job': async () => {
    await initialize();
    const client = new Client();
    const { launch, workers } = await client.schedulerInfo();
    const id = await client.submit(() => process.env.SHEAF_TEST_JOB);
    console.log('ready', id === process.env.SHEAF_TEST_JOB, launch?.ranks, workers.length);
    const alive = setInterval(() => {}, 1000);
    await new Promise((resolve) => process.once('SIGUSR2', resolve));
    clearInterval(alive);
  },

  /** Waits for the end of the world. */
  'asked to end': async () => {
    await initialize({ eventLog: process.argv[3]! });
    const client = new Client();
    await client.submit((x: number) => x + 1, 1);
    console.log('ready');
    try {
      await client.submit(() => new Promise(() => setInterval(() => {}, 1000)));
    } catch (error) {
      console.log((error as Error).message);
      process.exit(4);
    }
  },

  /** Handles SIGTERM itself, with what it can still get. */
  'ends in its own way': async () => {
    await initialize({ eventLog: process.argv[3]! });
    const client = new Client();
    const numbers = client.map((x: number) => x * x, [1, 2, 3]);
    await wait(numbers);
    process.on('SIGTERM', async () => {
      console.log(await client.gather(numbers));
      process.exit(0);
    });
    console.log('ready');
    await new Promise(() => setInterval(() => {}, 1000));
  },

  'left open': async () => {
    await initialize();
    const client = new Client();
    console.log((await client.schedulerInfo()).workers.length);
  },

  'no client': async () => {
    await initialize();
    console.log('done');
  },

  shutdown: async () => {
    await initialize();
    const client = new Client();
    await client.shutdown();
    console.log('after the shutdown');
  },

  'killed workers': async () => {
    await initialize();
    const client = new Client();
    const pids = async () => (await client.schedulerInfo()).workers.map(({ pid }) => pid).sort();
    const before = await pids();
    const lists = client.map((x: number) => new Float64Array(10_000).fill(x), [1, 2, 3, 4]);
    await wait(lists);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    // What was lost is computed again, by those that take the places of the dead.
    const sum = (await client.gather(lists)).reduce((total, list) => total + list.length * list[0]!, 0);
    await client.waitForWorkers(before.length);
    const after = await pids();
    console.log({ sum, isSame: before.some((pid) => after.includes(pid)), count: after.length });
  },

  'exit at once': async () => {
    await initialize();
    process.exit(0);
  },

  throw: async () => {
    await initialize();
    await new Client().ready;
    throw new RangeError('a mistake in the script');
  },

  'exit 3': async () => {
    await initialize();
    await new Client().ready;
    process.exit(3);
  },

  'busy worker': async () => {
    await initialize();
    const builder = new GraphBuilder();
    const key = builder.add(op('forever'), null);
    const client = new Client();
    client.submitGraph(builder.build(), [key]);
    await client.schedulerInfo();
    console.log('done');
    process.exit(0);
  },

  'scheduler without interface': async () => {
    await initialize(rank === 0 ? { interface: 'nosuch0' } : {});
  },

  'worker without interface': async () => {
    try {
      await initialize(rank === 2 ? { interface: 'nosuch0' } : {});
    } catch (error) {
      if (rank !== 1) console.log(`rank ${rank}, which serves, came back to the script`);
      throw error;
    }
    console.log('the job began without one of its workers');
  },

  'worker that never comes': async () => {
    if (rank === 3) process.exit(0);
    await initialize({ timeoutMs: 500 });
    await new Client().ready;
  },

  'client that never comes': async () => {
    if (rank === 1) process.exit(0);
    await initialize({ timeoutMs: 500 });
  },
};

await scripts[process.argv[2] ?? '']!();
