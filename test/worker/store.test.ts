import { existsSync, readdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deferred } from '../../src/util/deferred.js';
import type { SpillDirectory } from '../../src/worker/spill-directory.js';
import type { SpillFile } from '../../src/worker/spill-file.js';
import { Store, type StoreOptions } from '../../src/worker/store.js';
import { spillBeforeEach } from '../support/spill.js';

const bytes = 8000;
let shelf: SpillDirectory;
spillBeforeEach((made) => {
  shelf = made;
});

const array = (fill: number) => new Float64Array(bytes / 8).fill(fill);
const filesOf = () => readdirSync(shelf.path).filter((name) => name.endsWith('.arrow'));

function fill(keys: string, options: StoreOptions<SpillFile> = {}) {
  const store = new Store({ shelf, ...options });
  [...keys].forEach((key, i) => {
    store.set(key, array(i), bytes);
  });
  return store;
}
const inMemory = (store: Store<SpillFile>) => [...store.keys()].filter((key) => store.inMemory(key)).join('');

test('least recently used values go first, and only as many as need be', async () => {
  const store = fill('abcd');
  store.get('a');
  await store.spill(bytes + 1);
  expect(inMemory(store)).toBe('ad');
  expect([store.memoryBytes, store.spilledBytes, store.size]).toEqual([2 * bytes, 2 * bytes, 4]);
  expect(store.get('b')).toBeUndefined();
  expect(store.has('b')).toBe(true);
  expect(await store.load('b')).toEqual(array(1));
  expect(inMemory(store)).toBe('abd');
});

test('many ask for one value, and it is read once', async () => {
  let reads = 0;
  const read = (file: SpillFile) => {
    reads++;
    return shelf.read(file);
  };
  const store = fill('ab', { shelf: { ...shelf, read } });
  await store.spill(2 * bytes);
  const [one, other] = await Promise.all([store.load('a'), store.load('a')]);
  expect(one).toBe(other);
  expect(store.get('a')).toBe(one);
  expect(reads).toBe(1);
});

test('what was read back is not written again', async () => {
  let writes = 0;
  const write = (value: unknown) => {
    writes++;
    return shelf.write(value);
  };
  const store = fill('ab', { shelf: { ...shelf, write } });
  await store.spill(2 * bytes);
  await store.load('a');
  await store.spill(bytes);
  expect([inMemory(store), writes, filesOf().length]).toEqual(['', 2, 2]);
});

/** A store whose writing waits until it is told to go on. */
function gated(keys: string) {
  const gate = deferred<void>();
  const began = deferred<void>();
  const write = async (value: unknown) => {
    began.resolve();
    await gate.promise;
    return shelf.write(value);
  };
  return { store: fill(keys, { shelf: { ...shelf, write } }), gate, began: began.promise };
}

test('a value can be read while it is written, and stays when it is', async () => {
  const { store, gate, began } = gated('ab');
  const done = store.spill(bytes);
  await began;
  expect(store.get('a')).toEqual(array(0));
  expect(await store.load('a')).toBe(store.get('a'));
  gate.resolve();
  await done;
  expect(inMemory(store)).toBe('a');
});

test('a value that is deleted or replaced while it is written leaves no file', async () => {
  const { store, gate, began } = gated('ab');
  const done = store.spill(2 * bytes);
  await began;
  store.delete('a');
  store.set('b', 'small', 10);
  gate.resolve();
  await done;
  expect([inMemory(store), store.memoryBytes, store.spilledBytes]).toEqual(['b', 10, 0]);
  await expect.poll(filesOf).toEqual([]);
});

test('a second goal during the first goes further', async () => {
  const { store, gate, began } = gated('abcd');
  const first = store.spill(bytes);
  await began;
  const second = store.spill(3 * bytes);
  gate.resolve();
  await Promise.all([first, second]);
  expect(inMemory(store)).toBe('d');
});

test('small values and those that no file can hold stay', async () => {
  const store = fill('a');
  store.set('small', 1, 8);
  store.set('function', () => 1, bytes);
  await store.spill(3 * bytes);
  expect([inMemory(store), store.memoryBytes]).toEqual(['smallfunction', bytes + 8]);
  await store.spill(bytes); // not tried again
  expect(store.get('function')).toBeTypeOf('function');
});

test('without a shelf nothing is spilled', async () => {
  const store = new Store();
  store.set('a', array(0), bytes);
  await store.spill(bytes);
  expect(store.inMemory('a')).toBe(true);
});

test('a disk that fails turns spilling off for a while', async () => {
  let now = 0;
  let isFull = true;
  const failures: string[] = [];
  const write = async (value: unknown) => {
    if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    return shelf.write(value);
  };
  const store = fill('abc', {
    shelf: { ...shelf, write },
    now: () => now,
    offMs: 1000,
    onDiskFailure: ({ message }) => failures.push(message),
  });
  await store.spill(3 * bytes);
  await store.spill(3 * bytes);
  expect([inMemory(store), failures]).toEqual(['abc', ['full']]);
  isFull = false;
  now = 999;
  await store.spill(bytes);
  expect(inMemory(store)).toBe('abc');
  now = 1000;
  await store.spill(bytes);
  expect(inMemory(store)).toBe('bc');
});

test('a value whose file is gone raises where it is loaded, again and again', async () => {
  const store = fill('a');
  await store.spill(bytes);
  rmSync(shelf.path, { recursive: true });
  await expect(store.load('a')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(store.load('a')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a value deleted while it is read comes all the same, its file goes', async () => {
  const store = fill('a');
  await store.spill(bytes);
  const loading = store.load('a');
  store.delete('a');
  expect(await loading).toEqual(array(0));
  expect([store.size, store.memoryBytes, store.spilledBytes]).toEqual([0, 0, 0]);
  await expect.poll(filesOf).toEqual([]);
});

test('closing waits for what is being written, and leaves nothing', async () => {
  const { store, gate, began } = gated('ab');
  store.spill(2 * bytes);
  await began;
  const closed = store.close();
  gate.resolve();
  await closed;
  shelf.close();
  expect(existsSync(shelf.path)).toBe(false);
});

test('a store is a Map, whatever happens in between', async () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const commands = fc.oneof(
    fc.record({ type: fc.constant('set' as const), key, nbytes: fc.constantFrom(10, 5000, 9000) }),
    fc.record({ type: fc.constantFrom('delete' as const, 'get' as const, 'load' as const), key }),
    fc.record({ type: fc.constant('spill' as const), bytes: fc.nat(20_000) }),
    fc.record({ type: fc.constant('settle' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(commands, { maxLength: 30 }), async (list) => {
      const store = new Store({ shelf });
      const model = new Map<string, { value: unknown; nbytes: number }>();
      let last: Promise<unknown> = Promise.resolve();
      for (const [i, command] of list.entries()) {
        if (command.type === 'set') {
          const value = { i };
          store.set(command.key, value, command.nbytes);
          model.set(command.key, { value, nbytes: command.nbytes });
        } else if (command.type === 'delete') {
          expect(store.delete(command.key)).toBe(model.delete(command.key));
        } else if (command.type === 'get') {
          if (store.inMemory(command.key)) expect(store.get(command.key)).toEqual(model.get(command.key)!.value);
        } else if (command.type === 'load') {
          const expected = model.get(command.key)?.value;
          last = store.load(command.key).then((value) => expect(value).toEqual(expected));
        } else if (command.type === 'spill') store.spill(command.bytes);
        else await last;
        expect(store.memoryBytes + store.spilledBytes).toBe([...model.values()].reduce((sum, m) => sum + m.nbytes, 0));
      }
      await last;
      await store.spill(0);
      expect([...store.keys()].sort()).toEqual([...model.keys()].sort());
      for (const [key, { value }] of model) expect(await store.load(key)).toEqual(value);
      await store.close();
      expect([store.memoryBytes, store.spilledBytes, store.size]).toEqual([0, 0, 0]);
    }),
    { numRuns: 60 },
  );
  await expect.poll(filesOf).toEqual([]);
});

test('what is pinned stays until nobody needs it any more', async () => {
  const store = fill('abc');
  const unpin = [store.pin('a'), store.pin('a'), store.pin('nothing')];
  await store.spill(2 * bytes);
  expect(inMemory(store)).toBe('a');
  unpin[0]!();
  await store.spill(bytes);
  expect(inMemory(store)).toBe('a');
  unpin[1]!();
  await store.spill(bytes);
  expect(inMemory(store)).toBe('');
});

test('what is pinned while it is on disk stays when it has come', async () => {
  const store = fill('ab');
  await store.spill(2 * bytes);
  store.pin('a');
  await store.load('a');
  await store.load('b');
  await store.spill(2 * bytes);
  expect(inMemory(store)).toBe('a');
});

test('room is made by spilling, and counts until it is given back', async () => {
  const dropped: number[] = [];
  const store = fill('abcd', { capacityBytes: 4 * bytes, onDrop: (nbytes) => dropped.push(nbytes) });
  expect(store.takeRoom(1)).toBe(false);
  await store.makeRoom(bytes);
  expect([inMemory(store), store.roomBytes, dropped]).toEqual(['bcd', bytes, [bytes]]);
  await store.makeRoom(2 * bytes);
  expect(inMemory(store)).toBe('d');
  expect(store.takeRoom(0)).toBe(true);
  store.giveBack(3 * bytes);
  expect([store.takeRoom(3 * bytes), store.takeRoom(1)]).toEqual([true, false]);
});

test('room is taken though there is none, when nothing is left that can go', async () => {
  const store = fill('a', { capacityBytes: bytes });
  store.pin('a');
  await store.makeRoom(bytes);
  expect([inMemory(store), store.roomBytes]).toEqual(['a', bytes]);
});
