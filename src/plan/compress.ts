/** The elements of an array where a mask over some of its axes is true: these axes become one, of unknown extents. */
import { sizeOf } from '../arrow/block.js';
import { chunkShape, gridOf, indexIn, places, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface CompressParams {
  /** The first axis of the mask. */
  readonly axis: number;
}

export const compress: NodeKind<CompressParams> = {
  name: 'compress',
  lower(node, [keys, maskKeys]) {
    const { axis } = node.params;
    const [input, mask] = node.inputs as [Node, Node];
    const [grid, maskGrid] = [gridOf(input.chunks), gridOf(mask.chunks)];
    const masked = [...places(maskGrid)];
    return tasksOfBlocks(node, (place) => {
      const own = masked[place[axis]!]!;
      const deps = [keys![indexIn(grid, place.toSpliced(axis, 1, ...own))]!, maskKeys![indexIn(maskGrid, own)]!];
      return { op: 'kernels/mask.js#compress', params: { axis }, deps };
    });
  },
  describe: ({ axis }) => `along axis ${axis}`,
};

const unknown = (count: number): number[] => new Array<number>(count).fill(Number.NaN);

/** Both are cut alike along the axes of the mask, each chunk of which is a run of these in C order. */
export function makeCompress(input: Node, mask: Node, axis: number): Node {
  const chunks = input.chunks.toSpliced(axis, mask.chunks.length, unknown(sizeOf(gridOf(mask.chunks))));
  return makeNode(compress, { params: { axis }, inputs: [input, mask], dtype: input.dtype, chunks });
}

export interface TrueIndicesParams {
  /** Whether they are the places in C order, instead of a row of indices along each axis. */
  readonly isFlat: boolean;
}

/** Where the true elements are, in C order; whole numbers in float64. */
export const trueIndices: NodeKind<TrueIndicesParams> = {
  name: 'trueIndices',
  lower(node, [keys]) {
    const { isFlat } = node.params;
    const [mask] = node.inputs as [Node];
    const starts = mask.chunks.map(startsOf);
    const masked = [...places(gridOf(mask.chunks))];
    const firsts = startsOf(masked.map((place) => sizeOf(chunkShape(mask.chunks, place))));
    return tasksOfBlocks(node, ([at]) => {
      const deps = [keys![at!]!];
      if (isFlat) return { op: 'kernels/mask.js#trueNumbers', params: { start: firsts[at!]! }, deps };
      const origin = masked[at!]!.map((chunk, axis) => starts[axis]![chunk]!);
      return { op: 'kernels/mask.js#trueIndices', params: { origin }, deps };
    });
  },
  describe: ({ isFlat }) => (isFlat ? 'in C order' : ''),
};

/** Each chunk of the mask is a run of it in C order, of known extents. */
export function makeTrueIndices(mask: Node, params: TrueIndicesParams): Node {
  const count = unknown(sizeOf(gridOf(mask.chunks)));
  const chunks = params.isFlat ? [count] : [count, [mask.chunks.length]];
  return makeNode(trueIndices, { params, inputs: [mask], dtype: 'float64', chunks });
}
