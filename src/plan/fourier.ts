/** Fourier transforms along an axis that is one chunk. */
import type { FourierParams } from '../kernels/fft.js';
import { type Chunks, gridOf, indexIn } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export const fourier: NodeKind<FourierParams> = {
  name: 'fourier',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const grid = gridOf(input.chunks);
    return tasksOfBlocks(node, (place) => {
      // The pairs of complex numbers are one chunk, on either side.
      const at = grid.map((_, axis) => place[axis] ?? 0);
      return { op: 'kernels/fft.js#fourier', params: node.params, deps: [keys![indexIn(grid, at)]!] };
    });
  },
  describe: ({ transform, axis, n }) => `${transform} of ${n} along ${axis}`,
};

export const makeFourier = (params: FourierParams, input: Node, chunks: Chunks): Node =>
  makeNode(fourier, { params, inputs: [input], dtype: params.dtype, chunks });
