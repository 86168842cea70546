/** Round trips and throughput of a comm between two processes: `node dist/bench/comm.js`. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect, listen, type Message, newSecret } from '../src/comm/comm.js';

const MiB = 1024 ** 2;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** The other process: echoes, swallows, or makes arrays. */
async function serve(secret: string): Promise<void> {
  const array = new Uint8Array(new SharedArrayBuffer(64 * MiB)).fill(1);
  const listener = await listen('tcp://127.0.0.1:0', {
    secret,
    onComm: (comm) => {
      comm.onMessage((message) => {
        if (message.op === 'echo') comm.send(message);
        else if (message.op === 'swallow') message.isLast && comm.send({ op: 'swallowed' });
        else comm.send({ op: 'array', data: array });
      });
      comm.closed.then(() => process.exit());
    },
  });
  process.send?.(listener.address);
}

async function measure(): Promise<void> {
  const secret = newSecret();
  const child = fork(fileURLToPath(import.meta.url), [secret]);
  const address = await new Promise<string>((resolve) => child.once('message', resolve as (m: unknown) => void));
  const comm = await connect(address, { secret });
  comm.closed.then((reason) => reason && console.error(reason));
  let arrived: (message: Message) => void = () => {};
  comm.onMessage((message) => arrived(message));
  const ask = (messages: readonly Message[]): Promise<Message> =>
    new Promise((resolve) => {
      arrived = resolve;
      for (const message of messages) comm.send(message);
    });

  const times = async (runs: number, messages: readonly Message[]): Promise<number[]> => {
    const all: number[] = [];
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await ask(messages);
      all.push(performance.now() - start);
    }
    return all;
  };
  const small: Message = { op: 'echo', key: 'sum-0123456789abcdef', params: { axis: 0 } };
  await times(3000, [small]);
  const trips = await times(10_000, [small]);
  console.log(
    `round trip, small message: median ${(1000 * median(trips)).toFixed(0)} µs, best ${(1000 * trips[0]).toFixed(0)} µs`,
  );

  const many = Array.from({ length: 100_000 }, (_, i) => ({
    op: 'swallow',
    key: `task-${i}`,
    nbytes: i,
    isLast: i === 99_999,
  }));
  const batches = await times(9, many);
  console.log(`small messages one way: ${(100 / median(batches)).toFixed(2)} million/s`);

  const data = new Uint8Array(new SharedArrayBuffer(64 * MiB)).fill(1);
  for (const [what, messages] of [
    ['connector to listener', [{ op: 'swallow', data, isLast: true }]],
    ['listener to connector', [{ op: 'array' }]],
  ] as const) {
    const walls = await times(15, messages);
    const rate = (ms: number): string => (1000 / 16 / ms).toFixed(2);
    console.log(`64 MiB ${what}: median ${rate(median(walls))} GiB/s, best ${rate(walls[0])} GiB/s`);
  }
  comm.close();
  await comm.closed;
}

if (process.argv[2]) await serve(process.argv[2]);
else await measure();
