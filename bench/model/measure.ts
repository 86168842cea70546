/** Measures on this machine what the model takes as given. */
import { LocalCluster } from 'sheaf';
import { measure, openCluster } from '../cases/overhead-work.js';
import { answerOf } from '../programs/fork.js';
import { summarize } from '../statistics.js';
import type { Costs, MessageCosts } from './costs.js';
import type { NetworkCosts } from './network.js';
import { bytesOnWire } from './sizes.js';

/** A guess, as no network is at hand: 50 µs one way from process to process, 1 GB a second for each node and direction. */
export const assumedNetwork: NetworkCosts = { latencyMs: 0.05, bytesPerMs: 1e6 };

/** All but what the scheduler's own code takes, which the model measures as it runs. */
export async function measureCosts(): Promise<Costs> {
  const messages = await messageCosts();
  const hops = 4 * (messages.frameMs + assumedNetwork.latencyMs); // from the client to the worker, and back
  return {
    ...{ ...messages, ...assumedNetwork, handleMs: {} },
    workerMs: Math.max(0, (await roundTripMs()) - hops),
    bootMs: await processStartMs(),
  };
}

async function messageCosts(): Promise<MessageCosts> {
  const program = 'message-cost';
  const { connectMs, frameMs, largeMs, large } = await answerOf<
    Omit<MessageCosts, 'byteMs'> & { readonly largeMs: number; readonly large: object }
  >(program);
  return { connectMs, frameMs, byteMs: (largeMs - frameMs) / bytesOnWire([large]) };
}

/** Of a task that does nothing, to a worker process and back. */
async function roundTripMs(): Promise<number> {
  const n = 200;
  const cluster = openCluster(true);
  try {
    const rounds: number[] = [];
    for (let round = 0; round < 10; round++)
      rounds.push((await measure(cluster, 'round_trip', { n, first: round * n })).ms / n);
    return summarize(rounds.slice(5)).median;
  } finally {
    await cluster.close();
  }
}

/** From the start of a worker process until it is registered. */
async function processStartMs(): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes: true });
    rounds.push(performance.now() - start);
    await cluster.close();
  }
  return summarize(rounds).median;
}
