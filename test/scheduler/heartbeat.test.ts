import { expect, test } from 'vitest';
import { heartbeatMs } from '../../src/scheduler/watch.js';

test.each([
  [0, 60_000, 500],
  [1, 60_000, 500],
  [100, 60_000, 500],
  [101, 60_000, 1000],
  [400, 60_000, 2000],
  [1024, 60_000, 8000],
  [5120, 60_000, 15_000], // four times before it is given up
  [5120, 3000, 750],
  [5120, 1000, 500],
])('of %i workers, given up after %i ms, each says every %i ms that it lives', (workers, ttl, ms) => {
  expect(heartbeatMs(workers, ttl)).toBe(ms);
});
