import { expect, test } from 'vitest';
import { loaderFlags } from '../../src/cluster/loader-flags.js';

test.each([
  [[], []],
  [
    ['--require', 'a.cjs', '--import', 'file:///b.mjs', '--inspect'],
    ['--require', 'a.cjs', '--import', 'file:///b.mjs'],
  ],
  [
    ['--import=tsx', '--expose-gc', '--experimental-strip-types'],
    ['--import=tsx', '--experimental-strip-types'],
  ],
  [['--max-old-space-size=100', '--input-type=module', '-r'], []],
])('of %j a child is given %j', (flags, expected) => {
  expect(loaderFlags(flags)).toEqual(expected);
});
