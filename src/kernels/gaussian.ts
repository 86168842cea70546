/** Normally distributed numbers for sketches of matrices. */
import type { Block } from '../arrow/block.js';
import { RandomState } from '../util/random.js';
import { fromFloat64, scratch } from './dense.js';

/** By Marsaglia's polar method, from a stream of MT19937 that the words seed. */
export function gaussian({
  words,
  shape,
}: {
  readonly words: readonly number[];
  readonly shape: readonly number[];
}): Block<'float64'> {
  const random = RandomState.fromWords(words);
  const values = scratch(shape.reduce((size, extent) => size * extent, 1));
  for (let i = 0; i < values.length; i += 2) {
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * random.random() - 1;
      y = 2 * random.random() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    values[i] = x * scale;
    if (i + 1 < values.length) values[i + 1] = y * scale;
  }
  return fromFloat64('float64', shape, values) as Block<'float64'>;
}
