/** Lives of the simulated world (`test/simulation/`): whatever is lost or late, every wanted key has its end. */
import { expect, test } from 'vitest';
import { live, storyOf, turnsOf } from '../simulation/life.js';

test('whatever is lost or late, every wanted key has its value or error at last, and nothing is held for nobody', () => {
  let events = 0;
  let seed = 1;
  for (; events < 200_000; seed++) {
    const turns = turnsOf(seed);
    const ending = live(seed, turns);
    events += ending.events;
    if (ending.error) expect.unreachable(storyOf(seed, turns));
  }
  expect(seed).toBeGreaterThan(100);
}, 120_000);
