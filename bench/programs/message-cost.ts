/**
 * What messages cost the process that has very many connections, as the scheduler's has, in CPU time over TCP: sends the ms of a
 * connection that is made, of a frame that comes or goes, and of each further byte. Run with a secret, this is that process.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Comm, connect, listen, type Message, newSecret } from '../../src/comm/comm.js';

const CONNECTIONS = 200;
/** Of each connection, one at a time: the first ones warm up. */
const ROUNDS = 100;
const LARGE_ROUNDS = 3;
/** What a task is sent with whose input lies with so many. */
const HOLDERS = 2000;

const small = {
  op: 'run',
  tasks: [{ key: 'try-0123456789abcdef-1', op: 'fn:0123456789abcdef#try', params: [1, 2], priority: 1, ms: 500 }],
};
const holders = Array.from({ length: HOLDERS }, (_, i) => ({
  worker: `w${i}`,
  address: `tcp://10.0.0.${i % 250}:40000`,
}));
const large = { op: 'run', tasks: [{ ...small.tasks[0], holders: { X: holders } }] };
const done = {
  op: 'tasks-done',
  keys: [small.tasks[0]!.key],
  nbytes: [32],
  ms: [500],
  values: [[true, 500]],
  smalls: [true],
};

async function serve(secret: string): Promise<void> {
  const listener = await listen('tcp://127.0.0.1:0', {
    secret,
    onComm: (comm) => {
      comm.onMessage((message) => {
        if (message.op === 'cpu') comm.send({ op: 'cpu', ...process.cpuUsage() });
        else comm.send(message.op === 'tasks-done' ? small : large);
      });
    },
  });
  process.on('disconnect', () => process.exit());
  process.send!(listener.address);
}

/** Sends and waits for the answer. */
function ask(comm: Comm, message: Message): Promise<Message> {
  return new Promise((resolve) => {
    comm.onMessage(resolve);
    comm.send(message);
  });
}

async function measure(): Promise<void> {
  const secret = newSecret();
  const child = fork(fileURLToPath(import.meta.url), [secret]);
  const address = await new Promise<string>((resolve) => child.once('message', resolve as (m: unknown) => void));
  // By a name under which there is no Unix socket: workers of other nodes have none either.
  const open = () => connect(address.replace('127.0.0.1', 'localhost'), { secret });
  const first = await open();
  const cpuMs = async (): Promise<number> => {
    const { user, system } = await ask(first, { op: 'cpu' });
    return ((user as number) + (system as number)) / 1000;
  };
  const costOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = await cpuMs();
    await work();
    return (await cpuMs()) - before;
  };

  const comms: Comm[] = [];
  const openAll = async () => {
    for (let i = 0; i < CONNECTIONS / 2; i++) comms.push(await open());
  };
  await openAll();
  const connectMs = (await costOf(openAll)) / (CONNECTIONS / 2);
  const pass = async (rounds: number, message: Message) => {
    for (let round = 0; round < rounds; round++) await Promise.all(comms.map((comm) => ask(comm, message)));
  };
  await pass(ROUNDS, done);
  const frameMs = (await costOf(() => pass(ROUNDS, done))) / (2 * ROUNDS * CONNECTIONS);
  await pass(LARGE_ROUNDS, large);
  const largeMs = (await costOf(() => pass(LARGE_ROUNDS, large))) / (2 * LARGE_ROUNDS * CONNECTIONS);
  process.send!({ connectMs, frameMs, largeMs, large });
  child.disconnect();
  for (const comm of [first, ...comms]) comm.close();
  process.disconnect();
}

if (process.argv[2]) await serve(process.argv[2]);
else await measure();
