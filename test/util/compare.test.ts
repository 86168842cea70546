import { expect, test } from 'vitest';
import { compareStrings } from '../../src/util/compare.js';

test('strings are ordered by code point', () => {
  const sorted = ['', 'A', 'B', 'a', 'ab', 'b', 'é', '\uffee', '\u{1f600}', '\u{1f601}'];
  expect([...sorted].reverse().sort(compareStrings)).toEqual(sorted);
});
