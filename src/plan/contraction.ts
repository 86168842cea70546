/**
 * Sums of products over axes that two arrays share. For each chunk of the result the products over the chunks of those
 * axes are summed in one buffer, a few by each task: a chain of tasks, so that no task holds more inputs than
 * {@link MOST_BYTES}, and each sum but the last is copied once, which is little beside the products.
 */
import { itemsize } from '../arrow/dtype.js';
import type { Key, Task } from '../graph/task.js';
import { type Contraction, rolesOf } from '../kernels/contract.js';
import { gridOf, indexIn, places } from './chunks.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';

/** The inputs of one task are no more than this where there are several pairs of them. */
const MOST_BYTES = 256 * 2 ** 20;

export const contraction: NodeKind<Contraction> = {
  name: 'contraction',
  lower(node, [aKeys, bKeys]) {
    const [a, b] = node.inputs as [Node, Node];
    const { params } = node;
    const { summed } = rolesOf(params);
    const grids = [gridOf(a.chunks), gridOf(b.chunks)] as const;
    const inner = [...places(summed.map((label) => a.chunks[params.a.indexOf(label)]!.length))];
    const atATime = Math.max(1, Math.floor(MOST_BYTES / (largestBytes(a) + largestBytes(b))));
    const tasks: Task[] = [];
    const keys: Key[] = [];
    const op = 'kernels/contract.js#contract';
    for (const place of places(gridOf(node.chunks))) {
      const key = keyAt(node, place);
      const at = (labels: readonly number[], k: readonly number[]) =>
        labels.map((label) => {
          const out = params.out.indexOf(label);
          if (out >= 0) return place[out]!;
          return label < 0 ? 0 : k[summed.indexOf(label)]!;
        });
      let sum: Key | undefined;
      for (let start = 0; start < inner.length; start += atATime) {
        const pairs = inner
          .slice(start, start + atATime)
          .flatMap((k) => [aKeys![indexIn(grids[0], at(params.a, k))]!, bKeys![indexIn(grids[1], at(params.b, k))]!]);
        const isLast = start + atATime >= inner.length;
        const own: Key = isLast ? key : `${key}/${start}`;
        tasks.push(
          sum === undefined
            ? { key: own, op, params, deps: pairs }
            : { key: own, op, params: { ...params, hasSum: true }, deps: [sum, ...pairs] },
        );
        sum = own;
      }
      keys.push(key);
    }
    return { tasks, keys };
  },
  describe: ({ a, b, out }) => `[${a.join(', ')}] x [${b.join(', ')}] -> [${out.join(', ')}]`,
};

const largestBytes = ({ chunks, dtype }: Node): number =>
  chunks.reduce((bytes, extents) => bytes * Math.max(1, ...extents.filter((extent) => extent > 0)), itemsize(dtype));

/** Both arrays have the same dtype, and the same chunks along the axes of the same label. */
export const makeContraction = (params: Contraction, [a, b]: readonly [Node, Node]): Node =>
  makeNode(contraction, {
    params,
    inputs: [a, b],
    dtype: a.dtype,
    chunks: params.out.map((label) => {
      const own = params.a.indexOf(label);
      return own >= 0 ? a.chunks[own]! : b.chunks[params.b.indexOf(label)]!;
    }),
  });
