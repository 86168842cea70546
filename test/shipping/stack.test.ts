import { expect, test } from 'vitest';
import { mapStack, placesOf, rememberMap } from '../../src/shipping/stack.js';

test('a folder is named as it was built and as source maps have it', () => {
  expect(placesOf(new URL('file:///a/dist/src/node_modules/sheaf/dist/src/worker/'))).toEqual([
    'file:///a/dist/src/node_modules/sheaf/dist/src/worker/',
    '/a/dist/src/node_modules/sheaf/dist/src/worker/',
    'file:///a/dist/src/node_modules/sheaf/src/worker/',
    '/a/dist/src/node_modules/sheaf/src/worker/',
  ]);
});

test('a map that a script carries is used, and one that cannot be read is not', () => {
  const stack = (name: string) => `RangeError: no\n    at helper (file:///a/${name}.test.ts:1:1)`;
  const carry = (name: string, map: string) =>
    rememberMap(
      `file:///a/${name}.test.ts`,
      `code\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}\n}}`,
    );
  carry('mapped', JSON.stringify({ version: 3, sources: ['mapped.test.ts'], names: [], mappings: 'AACE' })); // 1:1 was 2:3
  carry('broken', '{');
  rememberMap('file:///a/none.test.ts', 'code');
  expect(mapStack(stack('mapped'))).toBe('RangeError: no\n    at helper (file:///a/mapped.test.ts:2:3)');
  expect(mapStack(stack('broken'))).toBe(stack('broken'));
  expect(mapStack(stack('none'))).toBe(stack('none'));
});
