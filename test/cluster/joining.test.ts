import { expect, test } from 'vitest';
import { answerOf } from '../../bench/programs/fork.js';
import type { Joined } from '../../bench/programs/joining.js';

// The program raises unless all of them are there in the end.
test.each([256, 1024])('%i workers join at once, and the scheduler answers meanwhile', async (workers) => {
  const joined = await answerOf<Joined>('joining', [], { SHEAF_BENCH_WORKERS: String(workers) });
  expect(joined.ms).toBeGreaterThan(0);
  expect(joined.medianAnswerMs).toBeGreaterThan(0);
});
