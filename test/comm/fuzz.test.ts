import { test } from 'vitest';
import { fuzz } from './fuzz-run.js';

test.each(['tcp', 'tls'] as const)('a %s listener under attack goes on serving, in bounded memory', async (scheme) => {
  await fuzz(scheme, 1, 2);
});
