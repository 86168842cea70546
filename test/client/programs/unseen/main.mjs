// biome-ignore-all lint: it stands for a user's script, with modules that its workers cannot import.
// Its folder is gone when workers look for them, but for one of a kind that only this process can load.
import { renameSync } from 'node:fs';
import { register } from 'node:module';
import { bag, Client, delayed, fireAndForget, getClient, LocalCluster, Variable } from '../src/index.js';
import * as H from './here/helpers.mjs';
import Counter, { bump, bumped, FACTOR, isVec, makeVec, path, scale } from './here/helpers.mjs';
import { twice } from './here/other.mjs';
import { bad } from './here/socket.mjs';
import { Vec } from './here/vec.mjs';
import { isOpen } from './there.mjs';

const here = new URL('here', import.meta.url);
const gone = new URL('gone', import.meta.url);
register(
  `data:text/javascript,${encodeURIComponent(`export async function load(url, context, next) {
  return url.endsWith('.xyz') ? next(url, { ...context, format: 'module' }) : next(url, context);
}`)}`,
);
const { odd } = await import('./odd.xyz');

const namelessly = (text) => text.replaceAll(here.pathname, '/here');
const warnings = [];
process.on('warning', ({ name, message }) => {
  if (name === 'UserWarning') warnings.push(namelessly(message));
});

/** From now on workers look for it in vain. */
renameSync(here, gone);

const scenarios = {
  odd: (client) => client.submit(odd, 1),
  submit: (client) => client.gather([client.submit(scale, 2), client.submit(() => [scale(1), FACTOR, path()])]),
  async snapshot(client) {
    let k = 5;
    const list = [1];
    const future = client.submit(() => [scale(k), list.length]);
    k = 6;
    list.push(2);
    return future;
  },
  async map(client) {
    const values = await client.gather(
      client.map(
        scale,
        Array.from({ length: 10_000 }, (_, i) => i),
      ),
    );
    return values.every((value, i) => value === 3 * i + 100);
  },
  arguments: (client) => client.gather(client.map((f, x) => f(x), [scale, twice, (x) => twice(x) + FACTOR], [1, 1, 1])),
  namespace: (client) => client.submit(() => [H.scale(1), Object.keys(H).includes('bump')]),
  async retries(client) {
    let tries = 0;
    return client.with({ retries: 1 }).submit(() => [scale(1), ++tries]);
  },
  classes: (client) =>
    client.gather([
      client.submit(
        (v, other) => [isVec(v), isVec(other), v.double().x, makeVec(4) instanceof v.constructor],
        new Vec(7),
        {},
      ),
      client.submit((make, C) => make(1) instanceof C, makeVec, Vec),
    ]),
  state: (client) =>
    client.submit(() => {
      bump();
      bump();
      return bumped();
    }),
  async closures(client) {
    const futures = [];
    for (let i = 0; i < 300; i++) futures.push(client.submit(() => scale(i)));
    return (await client.gather(futures)).reduce((a, b) => a + b);
  },
  async forgotten(client) {
    fireAndForget(client.submit((x) => new Variable('report').set(scale(x)), 1));
    return new Variable('report').get();
  },
  async everywhere(client) {
    const plugin = { name: 'seen', setup: () => scale(1), teardown: () => scale(2) };
    await client.registerPlugin(plugin);
    const found = await client.run((x) => scale(x) + twice(x), { args: [1] });
    return [Object.values(found), await client.runOnScheduler(scale, 2)];
  },
  partly: (client) => client.gather([client.submit(() => [scale(1), isOpen()]), client.submit((f) => f(), isOpen)]),
  several: (client) => client.submit(() => [twice(1), scale(1), new Vec(3).x]),
  async graph(client) {
    const seven = delayed(scale)(delayed(twice)(1));
    const sum = bag
      .fromSequence([1, 2, 3, 4], { npartitions: 2 })
      .map(scale)
      .filter((x) => x > 103)
      .sum();
    const mapped = bag.fromSequence([1, 2], { npartitions: 2 }).map((x, f) => f(x), scale);
    return [await seven.compute(), await sum.compute(), await mapped.compute()];
  },
  async dependents(client) {
    const first = client.submit(scale, 1);
    const second = client.submit((x) => x + 1, first);
    return client.gather([second, client.submit(twice, second)]);
  },
  async actor(client) {
    const counter = await client.submit(Counter, { actor: true });
    await counter.add(2);
    return counter.add(3);
  },
  nested: (client) =>
    client.submit(async () => (await getClient().submit(scale, 5)) + (await getClient().submit((f) => f(1), twice))),
  async fails(client) {
    const errors = await Promise.all(
      [client.submit(bad), client.submit((f) => f(), bad)].map((future) => future.exception()),
    );
    const rest = await client.submit(scale, 1);
    const mapped = client.map(bad, [1, 2, 3]);
    const all = await Promise.all(mapped.map((future) => future.exception()));
    return [...errors.map(({ message }) => namelessly(message)), rest, all.length];
  },
};

const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
const client = new Client(cluster);
const results = {};
try {
  for (const name of process.argv.slice(2)) results[name] = await scenarios[name](client);
} finally {
  await client.close();
  await cluster.close();
}
console.log(JSON.stringify({ results, warnings }));
