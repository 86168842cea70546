/** Random arrays: an element is a function of the key and of its place, so that the same array comes of any chunks. */
import type { DType } from '../arrow/dtype.js';
import type { Distribution, Key } from '../kernels/philox.js';
import type { Stream } from '../kernels/random.js';
import { type Chunks, chunkShape, shapeOf, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface RandomParams {
  readonly distribution: Distribution;
  readonly key: Key;
}

export const random: NodeKind<RandomParams> = {
  name: 'random',
  lower(node) {
    const { distribution, key } = node.params;
    const starts = node.chunks.map(startsOf);
    const whole = shapeOf(node.chunks);
    return tasksOfBlocks(node, (place) => {
      const params: Stream = {
        ...{ distribution, dtype: node.dtype, key, whole },
        origin: place.map((at, axis) => starts[axis]![at]!),
        shape: chunkShape(node.chunks, place),
      };
      return { op: 'kernels/random.js#fill', params, deps: [] };
    });
  },
  describe: ({ distribution, key }) => `${distribution.name}, key ${key.join(' ')}`,
};

export const makeRandom = (params: RandomParams, dtype: DType, chunks: Chunks): Node<RandomParams> =>
  makeNode(random, { params, dtype, chunks });
