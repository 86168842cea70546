import { expect, expectTypeOf, test } from 'vitest';
import { type Block, block } from '../../src/arrow/block.js';
import { rowCount, takeRows } from '../../src/arrow/take.js';
import { InputError } from '../../src/util/errors.js';

const cube = block('int16', [3, 2, 2], new Int16Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));

test('rows of a block, in the order asked for', () => {
  const taken = takeRows(cube, new Int32Array([2, 0, 2]));
  expectTypeOf(taken).toEqualTypeOf<Block<'int16'>>();
  expect({ ...taken, data: [...taken.data] }).toEqual({
    dtype: 'int16',
    shape: [3, 2, 2],
    data: [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11],
  });
  expect(taken.data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('rows of arrays keep their kind', () => {
  expect(takeRows(['a', 'b', 'c'], [2, 1])).toEqual(['c', 'b']);
  expect(takeRows([[1, 2], [3]], [1])).toEqual([[3]]);
  expect(takeRows(new Float32Array([1, 2, 3]), [2])).toEqual(new Float32Array([3]));
  expect(takeRows(new BigInt64Array([1n, 2n]), [1])).toEqual(new BigInt64Array([2n]));
});

test('how many rows there are', () => {
  expect([cube, [1, 2], new Uint8Array(4), { numRows: 7, length: 1 }].map(rowCount)).toEqual([3, 2, 4, 7]);
});

test('what has no rows is refused', () => {
  expect(() => rowCount('text')).toThrow("got the string 'text'");
  expect(() => rowCount(null)).toThrow(InputError);
  expect(() => rowCount(block('float64', [], new Float64Array(1)))).toThrow('a scalar block has no rows');
  expect(() => takeRows({ length: 2 }, [0])).toThrow('not from an object of class Object');
});
