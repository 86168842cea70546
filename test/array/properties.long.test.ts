/** Many more of the programs of properties.test.ts. */
import fc from 'fast-check';
import { test } from 'vitest';
import { given, holds, program } from './whole-programs.js';

test('programs give what the reference gives', { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(given, program, holds), { numRuns: 100_000 });
});
