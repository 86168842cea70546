/** A program for every element of arrays that are broadcast together; of no arrays, where the elements follow from their place. */
import { resultOf } from '../expr/program.js';
import type { Chunks } from './chunks.js';
import { formatProgram } from './format-program.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';
import { type WalkParams, walkAt } from './walk.js';

export const elementwise: NodeKind<WalkParams> = {
  name: 'elementwise',
  lower(node, keys) {
    const at = walkAt(node.params, node.inputs, node.chunks);
    return tasksOfBlocks(node, (place) => ({ op: 'expr/tasks.js#map', ...at(place, keys) }));
  },
  describe: ({ program }) => formatProgram(program),
};

export const makeElementwise = (params: WalkParams, inputs: readonly Node[], chunks: Chunks): Node<WalkParams> =>
  makeNode(elementwise, { params, inputs, dtype: resultOf(params.program), chunks });
