/**
 * Random programs of whole-array operations, over random shapes, chunks and dtypes, give to the last bit what the reference
 * gives for the same program: no end of them, where the golden programs are two thousand.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { given, holds, program, run } from './whole-programs.js';

test('programs give what the reference gives', async () => {
  await fc.assert(fc.asyncProperty(given, program, holds), { numRuns: 1000 });
});

test('most steps of programs have something to do', () => {
  const samples = fc.sample(fc.tuple(given, program), { numRuns: 300, seed: 7 });
  const wanted = samples.reduce((sum, [, steps]) => sum + steps.length, 0);
  const done = samples.reduce((sum, [start, steps]) => sum + run(start, steps).story.length, 0);
  expect(done / wanted).toBeGreaterThan(0.5);
});
