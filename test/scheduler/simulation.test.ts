/** Lives of the simulated world (`test/simulation/`): whatever is lost or late, every wanted key has its end. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { live, storyOf, turnsOf } from '../simulation/life.js';

const program = fileURLToPath(new URL('../simulation/main.js', import.meta.url));

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

test.each([
  [['--sed', '1'], "Unknown option '--sed'"],
  [['--seed', 'x'], "--seed takes a whole number from 1 up, but it is 'x'"],
  [['--scale', '--shape', 'ring'], "there is no shape 'ring'"],
])('the program that lives them tells what is wrong with %j, and how it is used', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect([status, stderr.split('\n')[0]]).toEqual([2, message]);
  expect(stderr).toContain('usage: npm run simulate -- [options]');
});
