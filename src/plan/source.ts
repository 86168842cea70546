/** Arrays whose chunks are there already, or are computed by tasks of others. */
import type { DType } from '../arrow/dtype.js';
import type { GraphPart } from '../graph/part.js';
import type { Key } from '../graph/task.js';
import { contentHash } from '../util/hash.js';
import { type Chunks, formatShape, shapeOf } from './chunks.js';
import type { Node, NodeKind } from './node.js';

export interface SourceParams {
  /** In C order. */
  readonly keys: readonly Key[];
  /** What it is, where people see it. */
  readonly label: string;
  readonly shape: readonly number[];
}

export const source: NodeKind<SourceParams> = {
  name: 'source',
  lower: ({ params: { keys } }) => ({ tasks: [], keys }),
  describe: ({ label, shape }) => `${label} ${formatShape(shape)}`,
};

export function makeSource(
  keys: readonly Key[],
  part: GraphPart,
  dtype: DType,
  chunks: Chunks,
  label = 'chunks',
): Node {
  const params: SourceParams = { keys, label, shape: shapeOf(chunks) };
  const name = contentHash([source.name, keys, chunks]);
  return Object.freeze({ kind: source, params, inputs: [], dtype, chunks, name, source: part });
}
