// biome-ignore-all lint: it stands for a user's script, with modules that its workers cannot import.
// Its modules lie in a folder that is gone when workers look for it, or are of a kind that only this process can load.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bag, Client, delayed, GraphBuilder, getClient, LocalCluster } from '../../../dist/src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'sheaf-unseen-'));
const moved = `${folder}-moved`;
const put = (name, text) => writeFileSync(join(folder, name), text);

put('vec.mjs', 'export class Vec { constructor(x) { this.x = x; } double() { return new Vec(2 * this.x); } }');
put(
  'helpers.mjs',
  `import { Vec } from './vec.mjs';
import { join } from 'node:path';
import table from './table.json' with { type: 'json' };
export const FACTOR = 3;
const hidden = { bias: 100 };
let count = 0;
export const bump = () => ++count;
export const bumped = () => count;
export function scale(x) { return x * FACTOR + hidden.bias; }
export const makeVec = (x) => new Vec(x);
export const isVec = (v) => v instanceof Vec;
export const path = () => join('a', table.name);
export default class Counter { #n = 0; add(n) { return (this.#n += n); } }
`,
);
put('table.json', '{"name":"b"}');
put('other.mjs', "import { scale } from './helpers.mjs';\nexport const twice = (x) => 2 * scale(x);\n");
put(
  'socket.mjs',
  "import { Socket } from 'node:net';\nconst socket = new Socket();\nexport const bad = () => socket.destroyed;\n",
);
put('odd.xyz', 'export const odd = (x) => x + 0.5;\n');
register(
  `data:text/javascript,${encodeURIComponent(`export async function load(url, context, next) {
  return url.endsWith('.xyz') ? next(url, { ...context, format: 'module' }) : next(url, context);
}`)}`,
);

const H = await import(join(folder, 'helpers.mjs'));
const { scale, makeVec, isVec, FACTOR, bump, bumped, path, default: Counter } = H;
const { Vec } = await import(join(folder, 'vec.mjs'));
const { twice } = await import(join(folder, 'other.mjs'));
const { bad } = await import(join(folder, 'socket.mjs'));
const { odd } = await import(join(folder, 'odd.xyz'));
const warnings = [];
process.on('warning', ({ name, message }) => {
  if (name === 'UserWarning') warnings.push(message.replaceAll(folder, 'FOLDER'));
});

/** What is gone when workers look for it; the kind of a file stays odd. */
if (process.argv[2] !== 'odd') renameSync(folder, moved);

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
  several: (client) => client.submit(() => [twice(1), scale(1), new Vec(3).x]),
  async graph(client) {
    const seven = delayed(scale)(delayed(twice)(1));
    const sum = bag
      .fromSequence([1, 2, 3, 4], { npartitions: 2 })
      .map(scale)
      .filter((x) => x > 103)
      .sum();
    const mapped = bag.fromSequence([1, 2], { npartitions: 2 }).map((x, f) => f(x), scale);
    const builder = new GraphBuilder();
    return [await seven.compute(), await sum.compute(), await mapped.compute()];
  },
  async dependents(client) {
    const first = client.submit(scale, 1);
    const second = client.submit((x) => x + 1, first);
    return client.gather([second, client.submit(twice, second)]);
  },
  async actor(client) {
    const counter = await client.submit((C) => 0, 1).then(() => client.submit(Counter, { actor: true }));
    return counter;
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
    return [...errors.map(({ message }) => message.replaceAll(folder, 'FOLDER')), rest, all.length];
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
  rmSync(process.argv[2] === 'odd' ? folder : moved, { recursive: true });
}
console.log(JSON.stringify({ results, warnings }));
