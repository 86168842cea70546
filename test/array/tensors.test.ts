/** TensorFlow.js on its wasm backend. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { array, type NDArray } from '../../src/array/index.js';
import { openBefore } from '../support/cluster.js';

// The backend is found when the first tensor is asked for.
beforeAll(async () => {
  await array.zeros(1).toTensor();
});

test('arrays become tensors', async () => {
  const x = await array
    .fromArray(
      [
        [1.5, 2],
        [3, 4],
      ],
      { chunks: 1 },
    )
    .toTensor<tf.Tensor2D>();
  expect([tf.getBackend(), x.dtype, x.shape]).toEqual(['wasm', 'float32', [2, 2]]);
  expect([...tf.matMul(x, x).dataSync()]).toEqual([8.25, 11, 16.5, 22]);
  expect((await array.arange(3, { dtype: 'int16' }).toTensor()).dtype).toBe('int32');
  expect((await array.fromArray([true, false]).toTensor()).dtype).toBe('bool');
  expect((await array.ones(5).sum().toTensor()).shape).toEqual([]);
  await expect(array.arange(3).toTensor()).rejects.toThrow("there are no tensors of int64: use astype('int32') first");
});

test('tensors become arrays', async () => {
  const x = array.fromTensor(
    tf.tensor2d(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      undefined,
      'int32',
    ),
    { chunks: 2 },
  );
  expect([x.dtype, x.chunks, (await x.compute()).toArray()]).toEqual([
    'int32',
    [[2], [2, 1]],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ]);
  expect((await array.fromTensor(tf.tensor([true, false])).compute()).toArray()).toEqual([true, false]);
  expect(() => array.fromTensor(tf.tensor(['a']))).toThrow(
    'fromTensor gave a tensor of string: arrays are made of float32',
  );
  expect(() => array.fromTensor([1] as never)).toThrow(
    'fromTensor takes a tensor of TensorFlow.js, got an array of 1 items',
  );
});

test('functions of blocks may give tensors', async () => {
  const x = array.fromArray([1, 4, 9], { chunks: 2 });
  const y = x
    .astype('float32')
    .mapBlocks((b: NDArray) => tf.sqrt(tf.tensor(b.data as Float32Array)), { dtype: 'float32' });
  expect((await y.compute()).toArray()).toEqual([1, 2, 3]);
});

const standardized = async () => {
  const x = array.fromArray(
    [
      [3, 4],
      [6, 8],
      [0, 5],
    ],
    { chunks: [1, 2] },
  );
  const y = x.astype('float64').mapBlocks((row: tf.Tensor2D) => tf.div(row, tf.norm(row)), { tensors: true });
  return [y.dtype, (await y.compute()).toArray()];
};
const expected = ['float32', [[0.6, 0.8].map(Math.fround), [0.6, 0.8].map(Math.fround), [0, 1]]];

test('functions of tensors leave none behind', async () => {
  await standardized();
  const before = tf.memory().numTensors;
  expect(await standardized()).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  const later = array.zeros(2).mapBlocks((async (t: tf.Tensor) => t) as never, { tensors: true });
  await expect(later.compute()).rejects.toThrow(
    'mapBlocks, block [0] (0:2): a function of tensors is not to be asynchronous',
  );
});

describe('on a cluster', () => {
  openBefore({ workers: 2, threadsPerWorker: 1 }, () => {});

  test('in the threads of workers', async () => {
    expect(await standardized()).toEqual(expected);
  });
});
