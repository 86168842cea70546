/** What is wrong with shapes is said at the call. */
import { describe, expect, test } from 'vitest';
import { array } from '../../src/array/index.js';
import { InputError } from '../../src/util/errors.js';

const x = array.zeros([2, 3]);
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the matter
const any = array as any;

const cases: readonly (readonly [string, () => unknown, string])[] = [
  ['reshape', () => x.reshape([4, 2]), 'reshape: the shape [4, 2] has 8 elements, but the array of shape [2, 3] has 6'],
  ['reshape, -1 twice', () => x.reshape([-1, -1]), 'reshape: only one extent can be -1, got [-1, -1]'],
  [
    'reshape, -1 for nothing',
    () => x.reshape([4, -1]),
    'reshape: no extent in place of -1 makes [4, -1] hold the 6 elements of the shape [2, 3]',
  ],
  ['reshape, no extent', () => x.reshape([1.5, 4]), 'reshape: a shape has integers of 0 or more, got 1.5'],
  ['moveaxis', () => x.moveaxis(2, 0), 'moveaxis: axis 2 does not exist in an array of 2 axes; they go from -2 to 1'],
  ['moveaxis, counts', () => x.moveaxis([0, 1], 0), 'moveaxis takes as many axes as places, got 2 and 1'],
  ['swapaxes', () => x.swapaxes(0, 5), 'swapaxes: axis 5 does not exist in an array of 2 axes; they go from -2 to 1'],
  ['squeeze', () => x.squeeze(1), 'squeeze takes away axes of one element, and axis 1 of the shape [2, 3] has 3'],
  [
    'expandDims',
    () => x.expandDims(3),
    'expandDims: axis 3 does not exist in an array of 3 axes; they go from -3 to 2',
  ],
  ['flip', () => x.flip([0, -2]), 'flip: axes 0, 0 name one axis twice'],
  ['rot90', () => x.rot90(1, [0, 0]), 'rot90 takes two different axes, got 0, 0'],
  ['roll', () => x.roll([1, 2, 3], [0, 1]), 'roll takes a shift for each axis, got 3 for 2'],
  ['roll, whole', () => x.roll(0.5, 0), 'roll takes whole shifts, got 0.5'],
  [
    'repeat',
    () => x.repeat([1, 2], 1),
    'repeat takes one number, or one for each of the 3 elements of axis 1 of the shape [2, 3], got 2',
  ],
  ['tile', () => x.tile(-1), 'tile takes whole numbers of repetitions of 0 or more, got -1'],
  ['broadcastTo', () => x.broadcastTo([3, 3]), 'broadcastTo cannot broadcast the shape [2, 3] to [3, 3]'],
  [
    'pad, mode',
    () => x.pad(1, 'mean' as 'edge'),
    'pad has no mode "mean"; there are constant, edge, reflect, symmetric, wrap, linear_ramp, empty',
  ],
  [
    'pad, width',
    () =>
      x.pad([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    'pad takes one number, [before, after], or that for each of the 2 axes, got an array of 3 items',
  ],
  [
    'pad, empty axis',
    () => array.zeros([0]).pad(1, 'edge'),
    'pad: axis 0 is empty, so only the modes constant and empty can extend it',
  ],
  ['rechunk', () => x.rechunk([2, [1, 1]]), 'the chunks of axis 1 add up to 2, but the shape [2, 3] has 3 there'],
  [
    'rechunk, axis',
    () => x.rechunk({ 2: 1 }),
    'rechunk: axis 2 does not exist in an array of 2 axes; they go from -2 to 1',
  ],
  [
    'rechunk, bytes',
    () => x.rechunk('auto', { blockSizeBytes: 0 }),
    'rechunk: blockSizeBytes is 0: give a positive number of bytes',
  ],
  [
    'concatenate',
    () => array.concatenate([x, array.zeros([2, 2])]),
    'concatenate takes arrays whose extents are equal but for axis 0, and the shapes are [2, 3], [2, 2]',
  ],
  [
    'concatenate, axes',
    () => array.concatenate([x, array.zeros(3)]),
    'concatenate takes arrays of as many axes, and the shapes are [2, 3], [3]',
  ],
  ['concatenate, none', () => array.concatenate([]), 'concatenate takes one array at least, got none'],
  [
    'concatenate, no list',
    () => any.concatenate(x),
    'concatenate takes a list of arrays, got an object of class ChunkedArray',
  ],
  ['stack', () => array.stack([x, x.T]), 'stack takes arrays of one shape, and the shapes are [2, 3], [3, 2]'],
  ['block', () => array.block([[x], x]), 'block: lists are not nested as deep at the top[1] as at the first array'],
  ['split', () => array.split(x, 2, 1), 'split: axis 1 of 3 elements has no 2 equal parts: use arraySplit'],
  ['delete', () => array.delete(x, 3, 1), 'delete: index 3 is out of bounds for an axis of 3 elements'],
  ['zeros', () => array.zeros([-1]), 'zeros: a shape has integers of 0 or more, got -1'],
  ['zeros, dtype', () => any.zeros(2, { dtype: 'float16' }), 'there is no dtype "float16"; there are bool, int8'],
  ['arange', () => array.arange(0, 5, 0), 'arange: from 0 to 5 there is no number of steps of 0'],
  [
    'linspace',
    () => array.linspace(0, 1, -1),
    'linspace makes a number of elements that is an integer of 0 or more, got -1',
  ],
  ['geomspace', () => array.geomspace(0, 1), 'geomspace takes ends of one sign that are not 0, got 0 and 1'],
  ['eye', () => array.eye(2, 2, 0.5), 'eye takes a whole number of diagonals, got 0.5'],
  [
    'diag',
    () => array.diag(array.zeros([1, 1, 1])),
    'diag takes an array of one axis or two, and the shape is [1, 1, 1]',
  ],
  ['diagonal', () => array.diagonal(x, 0, 1, 1), 'diagonal takes two different axes, got 1 and 1'],
  ['meshgrid', () => array.meshgrid(x), 'meshgrid takes arrays of one axis, and one has the shape [2, 3]'],
];

describe('errors', () => {
  test.each(cases)('%s', (_, call, text) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(text);
  });
});
