import { expect, test } from 'vitest';
import { TaskInputs } from '../../src/cluster/task-inputs.js';
import type { Assignment } from '../../src/scheduler/events.js';
import { deferred } from '../../src/util/deferred.js';
import type { SpillDirectory } from '../../src/worker/spill-directory.js';
import type { SpillFile } from '../../src/worker/spill-file.js';
import { Store } from '../../src/worker/store.js';
import { spillBeforeEach } from '../support/spill.js';

const bytes = 8000;
let shelf: SpillDirectory;
spillBeforeEach((made) => {
  shelf = made;
});

const array = (fill: number) => new Float64Array(bytes / 8).fill(fill);
const task = (key: string, ...deps: string[]): Assignment => ({ key, op: 'f', params: null, deps, priority: 0, ms: 1 });

/** A store with results a, b, c and d, of which as many are in memory as `capacity` says, and what its inputs tell. */
async function begin(capacity: number) {
  const store = new Store<SpillFile>({ shelf, capacityBytes: capacity * bytes });
  [...'abcd'].forEach((key, i) => {
    store.set(key, array(i), bytes);
  });
  await store.makeRoom(0);
  const told = new Map<string, (what: unknown) => void>();
  const inputs = new TaskInputs(store, {
    onReady: ({ key }, values) => told.get(key)?.(values),
    onLost: ({ key }, keys) => told.get(key)?.({ lost: keys }),
    onUnreadable: () => {},
  });
  const bring = (assignment: Assignment, resultBytes = 0): Promise<unknown> => {
    const answer = deferred<unknown>();
    told.set(assignment.key, answer.resolve);
    inputs.bring(assignment, resultBytes);
    return answer.promise;
  };
  const inMemory = () => [...store.keys()].filter((key) => store.inMemory(key)).join('');
  return { store, inputs, bring, inMemory };
}

test('inputs come from memory and from disk, and stay until their task has ended', async () => {
  const { store, inputs, bring, inMemory } = await begin(2);
  expect(inMemory()).toBe('cd');
  expect(await bring(task('t', 'a', 'd'))).toEqual([array(0), array(3)]);
  expect(inMemory()).toBe('ad');
  await store.spill(2 * bytes);
  expect(inMemory()).toBe('ad');
  inputs.end('t');
  await store.spill(2 * bytes);
  expect(inMemory()).toBe('');
});

test('there is room for the result before the task runs, and none left over afterwards', async () => {
  const { store, inputs, bring, inMemory } = await begin(4);
  expect(await bring(task('t', 'd'), 2 * bytes)).toEqual([array(3)]);
  expect([inMemory(), store.roomBytes]).toEqual(['cd', 2 * bytes]);
  inputs.end('t');
  expect(store.roomBytes).toBe(0);
});

test('what is called off before it is its turn never runs', async () => {
  const { store, inputs, bring } = await begin(1);
  const first = bring(task('t', 'a'));
  const second = bring(task('u', 'b'));
  const third = bring(task('v', 'c', 'gone'));
  expect([inputs.cancel('u'), inputs.cancel('u')]).toEqual([true, false]);
  expect(await first).toEqual([array(0)]);
  expect(await third).toEqual({ lost: ['gone'] });
  inputs.end('t');
  expect(await Promise.race([second, 'nothing'])).toBe('nothing');
  await store.spill(4 * bytes);
  expect(store.memoryBytes).toBe(0);
});

test('nothing is brought back while memory is short', async () => {
  const { inputs, bring, inMemory } = await begin(2);
  inputs.isPaused = true;
  const coming = bring(task('t', 'a'));
  const lent = deferred<unknown>();
  const loan = inputs.lend('b', async (value) => lent.resolve(value));
  expect(await bring(task('u', 'd'))).toEqual([array(3)]);
  expect(inMemory()).toBe('cd');
  inputs.isPaused = false;
  expect(await coming).toEqual([array(0)]);
  await loan;
  expect(await lent.promise).toEqual(array(1));
});

test('peers get what is on disk one value after another, what is in memory at once', async () => {
  const { store, inputs } = await begin(1);
  const sent: string[] = [];
  const gone = { a: deferred<void>(), b: deferred<void>(), d: deferred<void>() };
  const lend = (key: keyof typeof gone) =>
    inputs.lend(key, () => {
      sent.push(key);
      return gone[key].promise;
    });
  const loans = [lend('a'), lend('b'), lend('d')];
  await expect.poll(() => sent).toEqual(['d', 'a']);
  await store.spill(4 * bytes);
  expect([store.inMemory('a'), store.inMemory('d')]).toEqual([true, true]);
  gone.a.resolve();
  await loans[0];
  await expect.poll(() => sent).toEqual(['d', 'a', 'b']);
  gone.b.resolve();
  gone.d.resolve();
  await Promise.all(loans);
  await store.spill(4 * bytes);
  expect(store.memoryBytes).toBe(0);
});
