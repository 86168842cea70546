import { expect, test } from 'vitest';
import { defaultThresholds } from '../../src/worker/memory-policy.js';
import { memoryWatch } from '../../src/worker/memory-watch.js';

/** A process of `managed` bytes of results, `garbage` that a collection frees, and `other` that nothing does. */
function worker(memory: { managed: number; garbage: number; other: number }) {
  const log: string[] = [];
  let now = 0;
  const store = {
    get memoryBytes() {
      return memory.managed;
    },
    async spill(bytes: number) {
      log.push(`spill ${bytes}`);
      memory.managed -= bytes;
      memory.garbage += bytes;
    },
  };
  const watch = memoryWatch({
    store,
    limitBytes: 1000,
    thresholds: defaultThresholds,
    collect: () => {
      log.push('collect');
      memory.garbage = 0;
    },
    onPause: (isPaused) => log.push(isPaused ? 'pause' : 'resume'),
    processBytes: () => memory.managed + memory.garbage + memory.other,
    now: () => now,
  });
  return {
    log,
    watch,
    async ticks(n: number) {
      for (let i = 0; i < n; i++) {
        now += 200;
        watch.tick();
        await Promise.resolve().then(() => {}); // the spill that was begun ends
        await new Promise(setImmediate);
      }
      return log.splice(0);
    },
  };
}

test('garbage is collected, and nothing else happens', async () => {
  const { ticks } = worker({ managed: 300, garbage: 450, other: 0 });
  expect(await ticks(5)).toEqual(['collect']);
});

test('results go to disk to make room for the rest, once', async () => {
  const { ticks } = worker({ managed: 500, garbage: 100, other: 250 });
  expect(await ticks(10)).toEqual(['pause', 'collect', 'resume', 'spill 150', 'collect']);
});

test('what is beyond spilling pauses the worker until it is gone', async () => {
  const memory = { managed: 100, garbage: 0, other: 810 };
  const { ticks } = worker(memory);
  expect((await ticks(4)).slice(0, 3)).toEqual(['pause', 'collect', 'spill 100']);
  expect(await ticks(20)).not.toContain('resume');
  memory.other = 500;
  expect(await ticks(1)).toEqual(['resume']);
});

test('results that come over the target go at once', async () => {
  const { watch, log } = worker({ managed: 700, garbage: 0, other: 0 });
  watch.stored(10);
  expect(log).toEqual(['spill 100']);
});

test('it tells what the memory is taken by', () => {
  expect(worker({ managed: 700, garbage: 0, other: 100 }).watch.describe()).toBe(
    '800 B of 0.977 KiB in use, 700 B of it by results',
  );
});
