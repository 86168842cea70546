import { expect, test } from 'vitest';
import { formatBytes, parseBytes } from '../../src/util/bytes.js';
import { InputError } from '../../src/util/errors.js';

test('numbers of bytes as people write them', () => {
  const texts = ['4 GiB', '500MB', '1e9', '1.5 KiB', ' .5 mib ', '7', '7B', '2G', '2 Gi', '1.2e3 kB'];
  expect(texts.map(parseBytes)).toEqual([2 ** 32, 5e8, 1e9, 1536, 2 ** 19, 7, 7, 2e9, 2 ** 31, 1.2e6]);
});

test('what is no number of bytes', () => {
  for (const text of ['', 'GiB', '4 GiBs', '-1', '1 2', '0x10', 'Infinity', 'auto', '1e', '4,5 GB']) {
    expect(() => parseBytes(text), text).toThrow(InputError);
  }
  expect(() => parseBytes('4 GG')).toThrow(
    `the string "4 GG" is no number of bytes: give a number with one of the units B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB, such as '4 GiB' or '500MB', or without one for bytes`,
  );
});

test('three digits in the unit that suits', () => {
  const numbers = [0, 999, 1000, 1024, 4.2e9, 2 ** 30 - 1, 2 ** 32, 1000 * 2 ** 20, 2 ** 70];
  expect(numbers.map(formatBytes)).toEqual([
    ...['0 B', '999 B', '0.977 KiB', '1 KiB', '3.91 GiB', '1 GiB', '4 GiB', '0.977 GiB', '1050000 PiB'],
  ]);
});
