/**
 * Workers that all join at once, as the ranks of a job do: how long until the last is there, and how long a client waits for
 * an answer of the scheduler meanwhile. They are simulated, many to a process: each has a connection of its own, is
 * let in, registers, and says every half second that it lives. Sends a {@link Joined} to its parent.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'sheaf';
import { SchedulerServer } from '../../src/cluster/scheduler-server.js';
import { newSecret } from '../../src/comm/comm.js';

export interface Joined {
  readonly ms: number;
  /** Of answers while workers were joining, in ms. */
  readonly medianAnswerMs: number;
  readonly longestAnswerMs: number;
}

const count = Number(process.env.SHEAF_BENCH_WORKERS);
const secret = newSecret();
const server = await SchedulerServer.start({ addresses: ['tcp://127.0.0.1:0'], secret });
const address = server.addresses[0]!;
const client = new Client(address, { secret });
await client.ready;

const ranks = fork(fileURLToPath(new URL('./joining-workers.js', import.meta.url)));
await once(ranks, 'message'); // its program is loaded
let isJoining = true;
const answers: number[] = [];
const start = performance.now();
ranks.send({ address, secret, count });
const joined = server.haveReported(count).then(() => {
  isJoining = false;
  return performance.now() - start;
});
while (isJoining) {
  const asked = performance.now();
  await client.waitForWorkers(0);
  answers.push(performance.now() - asked);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const ms = await joined;
answers.sort((a, b) => a - b);
const answer: Joined = {
  ms,
  medianAnswerMs: answers[answers.length >> 1]!,
  longestAnswerMs: answers.at(-1)!,
};
const { workers } = await client.schedulerInfo();
if (workers.length !== count) throw new Error(`${workers.length} of ${count} workers are there`);
await client.close();
await server.close();
ranks.disconnect();
await once(ranks, 'exit');
process.send!(answer);
process.disconnect();
