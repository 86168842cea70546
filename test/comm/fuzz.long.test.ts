import { expect, test } from 'vitest';
import { fuzz } from './fuzz-run.js';

// Another seed every time; SHEAF_SEED takes one that failed.
const seed = Number(process.env.SHEAF_SEED ?? Date.now() % 2 ** 31);

test.each(['tcp', 'tls'] as const)(`a %s listener under a long attack, seed ${seed}`, async (scheme) => {
  expect(seed).toBeGreaterThan(0);
  await fuzz(scheme, seed, 100);
});
