/** A matrix of normally distributed numbers; each chunk has a stream of its own, so that they do not depend on who makes which. */
import { type Chunks, chunkShape } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export const gaussian: NodeKind<{ readonly seed: number }> = {
  name: 'gaussian',
  lower: (node) =>
    tasksOfBlocks(node, (place) => ({
      op: 'kernels/gaussian.js#gaussian',
      params: { words: [node.params.seed, ...place], shape: chunkShape(node.chunks, place) },
      deps: [],
    })),
  describe: ({ seed }) => `seed ${seed}`,
};

export const makeGaussian = (seed: number, chunks: Chunks): Node =>
  makeNode(gaussian, { params: { seed }, dtype: 'float64', chunks });
