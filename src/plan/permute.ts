/** The axes of an array in another order, with new ones of one element, or without some of one element. */
import { identityOf } from '../expr/program.js';
import { type Chunks, gridOf, indexIn } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';
import { makeRechunk } from './rechunk.js';

export interface PermuteParams {
  /** For each axis of the result the axis of the input that it was, or null for a new one. */
  readonly order: readonly (number | null)[];
  /** How many axes the input has: those not in `order` have one element and go. */
  readonly ndim: number;
}

export const permute: NodeKind<PermuteParams> = {
  name: 'permute',
  lower(node, [keys]) {
    const { order, ndim } = node.params;
    const [input] = node.inputs as [Node];
    const grid = gridOf(input.chunks);
    const taskOf = isView(order)
      ? { op: 'kernels/reshape.js#reorder', params: { order } }
      : {
          op: 'expr/tasks.js#map',
          params: { program: identityOf(node.dtype), axes: [axesOf(node.params)], ndim: order.length },
        };
    return tasksOfBlocks(node, (place) => {
      const at = Array.from({ length: ndim }, (_, axis) => {
        const out = order.indexOf(axis);
        return out < 0 ? 0 : place[out]!;
      });
      return { ...taskOf, deps: [keys![indexIn(grid, at)]!] };
    });
  },
  describe: ({ order }) => `[${order.map((axis) => axis ?? 'new').join(', ')}]`,
};

/** Whether blocks lie in memory as they did. */
function isView(order: readonly (number | null)[]): boolean {
  const kept = order.filter((axis) => axis !== null);
  return kept.every((axis, i) => i === 0 || axis > kept[i - 1]!);
}

/** The axis of the result for each axis of the input; -1 for one that goes. */
export const axesOf = ({ order, ndim }: PermuteParams): number[] =>
  Array.from({ length: ndim }, (_, axis) => order.indexOf(axis));

export function makePermute(input: Node, order: readonly (number | null)[]): Node {
  const ndim = input.chunks.length;
  if (order.length === ndim && order.every((axis, i) => axis === i)) return input;
  // An axis that goes may have empty chunks beside that of its element.
  const isWhole = (axis: number) => order.includes(axis) || input.chunks[axis]!.length === 1;
  if (!input.chunks.every((_, axis) => isWhole(axis))) {
    const whole = input.chunks.map((extents, axis) => (isWhole(axis) ? extents : [1]));
    return makePermute(makeRechunk(input, whole), order);
  }
  const chunks: Chunks = order.map((axis) => (axis === null ? [1] : input.chunks[axis]!));
  return makeNode(permute, { params: { order, ndim }, inputs: [input], dtype: input.dtype, chunks });
}
