/** What may happen at any time, by name; each tells what it did. */
import type { Key } from '../../src/graph/task.js';
import type { SimulatedClient } from './client.js';
import { compute, code as everyCode, maps, scatterable, withInputs } from './tasks.js';
import type { SimulatedWorker } from './worker.js';
import { TTL_MS, type World } from './world.js';

interface Trouble {
  readonly weight: number;
  readonly act: (world: World) => string | undefined;
}

const withClient =
  (act: (world: World, client: SimulatedClient) => string): Trouble['act'] =>
  (world) =>
    act(world, world.pick(world.clients));

const withWorker =
  (act: (world: World, worker: SimulatedWorker) => string): Trouble['act'] =>
  (world) => {
    const worker = world.pick([...world.workers.values()]);
    return worker && act(world, worker);
  };

const some = (world: World, keys: Iterable<Key>, p: number): Key[] => [...keys].filter(() => world.chance(p));

/** The keys of all that there can be. */
const everyKey = ({ work }: World): Key[] => [...work.tasks.map(({ key }) => key), ...scatterable];

function codeFor(client: SimulatedClient): Record<string, unknown> {
  const fresh = Object.entries(everyCode).filter(([hash]) => !client.sent.has(hash));
  for (const [hash] of fresh) client.sent.add(hash);
  return Object.fromEntries(fresh);
}

export function submitSome(world: World, client: SimulatedClient): string {
  const isOpen = (key: Key) => (client.wants.get(key)?.outcome ?? 'cancelled') === 'cancelled';
  const keys = some(
    world,
    world.work.tasks.map(({ key }) => key),
    0.2,
  ).filter(isOpen);
  const tasks = world.work.tasks;
  world.submit(client, keys, { layers: [{ kind: 'tasks', tasks }], code: codeFor(client) });
  return `${client.name} submits ${keys}`;
}

function submitAgain(world: World, client: SimulatedClient, wanted: readonly Key[]): readonly Key[] {
  const { tasks } = world.work;
  const keys = wanted.filter((key) => key.startsWith('t'));
  world.submit(client, keys, { layers: [{ kind: 'tasks', tasks }], code: codeFor(client) });
  return keys;
}

export const troubles: Readonly<Record<string, Trouble>> = {
  submit: { weight: 30, act: withClient(submitSome) },

  'submit one': {
    weight: 5,
    act: withClient((world, client) => {
      const task = world.pick(world.work.tasks);
      if (client.wants.has(task.key) || !task.deps.every((dep) => client.wants.has(dep)))
        return `${client.name} does not submit ${task.key}`;
      world.alone.add(task.key);
      world.submit(client, [task.key], { layers: [{ kind: 'tasks', tasks: [task] }], code: codeFor(client) });
      return `${client.name} submits ${task.key} alone`;
    }),
  },

  map: {
    weight: 5,
    act: withClient((world, client) => {
      const { prefix, size } = world.pick(maps);
      const keys = Array.from({ length: size }, (_, i) => `${prefix}-${i}`);
      const columns = [keys];
      world.submit(client, keys, { layers: [{ kind: 'map', prefix, op: 'op0', columns }] }, true);
      return `${client.name} maps ${prefix}`;
    }),
  },

  release: {
    weight: 25,
    act: withClient((world, client) => {
      const keys = some(world, client.wants.keys(), 0.5);
      world.release(client, keys);
      return `${client.name} releases ${keys}`;
    }),
  },

  leave: {
    weight: 3,
    act: withClient((world, client) => {
      world.leave(client);
      return `${client.name} leaves`;
    }),
  },

  'come back': {
    weight: 3,
    act: withClient((world, client) => {
      const back = world.leave(client);
      const keys = submitAgain(world, back, [...client.wants.keys()]);
      return `${client.name} leaves, and is back as ${back.name} for ${keys}`;
    }),
  },

  'think again': {
    weight: 8,
    act: withClient((world, client) => {
      const pending = [...client.wants.keys()].filter((key) => client.wants.get(key)!.outcome === 'pending');
      const keys = some(world, pending, 0.5).filter((key) => key.startsWith('t'));
      world.release(client, keys);
      submitAgain(world, client, keys);
      return `${client.name} releases ${keys}, and submits them again`;
    }),
  },

  // Its disk failed it, or the word of a copy was under way for long: it says that it has what it has no more.
  'false word': {
    weight: 3,
    act: withWorker((world, worker) => {
      const key = world.pick([...worker.data.keys()].filter((one) => !world.work.actors.has(one)));
      if (key === undefined) return `${worker.name} has nothing`;
      worker.data.delete(key);
      world.falsified.add(key);
      const { name, state } = worker;
      world.report(worker, { type: 'add-replicas', worker: name, keys: [key], freed: state.freed });
      return `${name} lost ${key} and says that it has it`;
    }),
  },

  // What worker-server.ts says when the thread of an actor ends.
  'lose an actor': {
    weight: 3,
    act: withWorker((world, worker) => {
      const key = world.pick([...worker.data.keys()].filter((one) => world.work.actors.has(one)));
      if (key === undefined) return `${worker.name} has no actor`;
      worker.data.delete(key);
      const { name } = worker;
      world.report(worker, { type: 'missing-data', from: name, keys: [key], reporter: name, tasks: [] });
      return `${name} loses the actor ${key}`;
    }),
  },

  join: { weight: 15, act: (world) => (world.workers.size < 5 ? world.join() : undefined) },

  die: {
    weight: 12,
    act: withWorker((world, worker) => {
      world.die(worker);
      return `${worker.name} dies`;
    }),
  },

  cancel: {
    weight: 3,
    act: withClient((world, client) => {
      const keys = some(world, client.wants.keys(), 0.3);
      const force = world.chance(0.3);
      for (const key of keys) world.cancelled.add(key);
      world.send(client, { type: 'cancel-keys', client: client.name, keys, force });
      return `${client.name} cancels ${keys}${force ? ' for all' : ''}`;
    }),
  },

  retry: {
    weight: 6,
    act: withClient((world, client) => {
      const keys = some(world, client.wants.keys(), 0.5).filter((key) => client.wants.get(key)!.outcome === 'erred');
      for (const key of keys) {
        client.wants.get(key)!.outcome = 'pending';
        for (const one of withInputs(world.work.tasks, key)) world.retried.add(one); // those that failed are, too
      }
      world.send(client, { type: 'retry-keys', client: client.name, keys });
      return `${client.name} retries ${keys}`;
    }),
  },

  tick: {
    weight: 40,
    act: (world) => {
      const ms = world.pick([100, 100, 100, 1500, 5000]);
      world.tick(ms);
      return `${ms} ms pass`;
    },
  },

  silence: {
    weight: 2,
    act: withWorker((_world, worker) => {
      worker.isSilent = !worker.isSilent;
      return `${worker.name} ${worker.isSilent ? 'falls silent' : 'is heard again'}`;
    }),
  },

  'long silence': {
    weight: 1,
    act: (world) => {
      for (let ms = 0; ms < 2 * TTL_MS; ms += 900) world.tick(900);
      return 'a long time passes';
    },
  },

  pause: {
    weight: 4,
    act: withWorker((_world, worker) => {
      worker.pause(!worker.isPaused);
      return `${worker.name} ${worker.isPaused ? 'pauses' : 'resumes'}`;
    }),
  },

  retire: {
    weight: 2,
    act: withWorker((world, { name }) => {
      world.tell({ type: 'retire-worker', worker: name });
      return `${name} is asked to retire`;
    }),
  },

  replicate: {
    weight: 3,
    act: (world) => {
      const keys = some(world, everyKey(world), 0.3);
      const count = 1 + Math.floor(world.random() * 3);
      world.tell({ type: 'replicate', keys, count });
      return `${count} copies of ${keys}`;
    },
  },

  rebalance: {
    weight: 2,
    act: (world) => {
      world.tell({ type: 'rebalance' });
      return 'rebalance';
    },
  },

  restart: {
    weight: 0.3,
    act: (world) => {
      for (const key of [...everyKey(world), ...maps.flatMap(({ prefix, size }) => keysOf(prefix, size))])
        world.cancelled.add(key);
      world.flush();
      world.tell({ type: 'restart', reason: 'simulated' });
      world.flush();
      for (const worker of world.connected.values())
        world.network.post(`s>${worker.address}`, 'restart', () => worker.restart());
      return 'restart';
    },
  },

  scatter: {
    weight: 5,
    act: withClient((world, client) => {
      const key = world.pick(scatterable);
      const worker = world.pick([...world.workers.values()]);
      if (client.isHeld || client.wants.has(key) || !worker) return `${client.name} scatters nothing`;
      const entry = { outcome: 'pending' as const };
      client.wants.set(key, entry);
      client.isHeld = true;
      world.network.post(`${client.name}>${worker.address}`, { put: key }, () => {
        if (world.workers.get(worker.address) === worker) worker.data.set(key, compute(key, []));
        client.isHeld = false;
        if (!world.clients.includes(client)) {
          world.orphaned.add(key);
          return;
        }
        world.send(client, {
          ...{ type: 'scattered', client: client.name, worker: worker.name, keys: [key], nbytes: [10_000] },
        });
        for (const send of client.outbox.splice(0)) send();
      });
      return `${client.name} scatters ${key} to ${worker.name}`;
    }),
  },
};

const keysOf = (prefix: string, size: number): Key[] => Array.from({ length: size }, (_, i) => `${prefix}-${i}`);
