/** Functions by way of graphs, until a client takes them itself. */
import { type Client, Future } from 'sheaf';
import type { Done } from '../peers/dask.js';
import { last } from '../programs/functions.js';
import { op } from '../programs/ops.js';

type Given<A extends readonly unknown[]> = { [K in keyof A]: A[K] | Future<A[K]> };

export interface Tasks {
  submit<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: Given<A>): Future<R>;
  map<T, R>(fn: (item: T) => R, items: readonly T[]): Future<R>[];
  gather<T>(futures: readonly Future<T>[]): Promise<T[]>;
}

export function submitter(client: Client): Tasks {
  let id = 0;
  return {
    submit<R>(fn: { readonly name: string }, ...args: readonly unknown[]) {
      const key = `${fn.name}-${id++}`;
      const deps = args.filter((arg) => arg instanceof Future).map((future) => future.key);
      const params = args.map((arg) => (arg instanceof Future ? null : arg));
      const task = { key, op: op(fn.name), params, deps };
      return client.submitGraph({ layers: [{ kind: 'tasks', tasks: [task] }] }, [key])[0] as Future<R>;
    },
    map<T, R>(fn: (item: T) => R, items: readonly T[]) {
      const prefix = `${fn.name}-${id++}`;
      const keys = items.map((_, i) => `${prefix}-${i}`);
      const layer = { kind: 'map', prefix, op: op(fn.name), columns: [items] } as const;
      return client.submitGraph({ layers: [layer] }, keys) as Future<R>[];
    },
    gather: (futures) => client.gather(futures),
  };
}

/** A task that needs x and sleeps keeps the worker that has x, so that the other one must fetch it. */
export async function lastOnTheOther(tasks: Tasks, x: Future<Float64Array>, used: Future<unknown>[]): Promise<Done> {
  const there = tasks.submit(last, x);
  await there.result();
  const sleeper = tasks.submit(sleepOn, x, 2000);
  used.push(there, sleeper);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const start = performance.now();
  const y = tasks.submit(last, x);
  used.push(y);
  const result = await y.result();
  const ms = performance.now() - start;
  await sleeper.result();
  return { ms, result };
}

const sleepOn = (_x: Float64Array, _ms: number): number => 0;
