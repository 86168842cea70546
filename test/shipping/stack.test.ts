import { expect, test } from 'vitest';
import { placesOf } from '../../src/shipping/stack.js';

test('a folder is named as it was built and as source maps have it', () => {
  expect(placesOf(new URL('file:///a/dist/src/node_modules/sheaf/dist/src/worker/'))).toEqual([
    'file:///a/dist/src/node_modules/sheaf/dist/src/worker/',
    '/a/dist/src/node_modules/sheaf/dist/src/worker/',
    'file:///a/dist/src/node_modules/sheaf/src/worker/',
    '/a/dist/src/node_modules/sheaf/src/worker/',
  ]);
});
