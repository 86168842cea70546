/** concatenate(concatenate(a, b), c) -> concatenate(a, b, c), along one axis. */
import { type ConcatenateParams, concatenate, makeConcatenate } from '../concatenate.js';
import type { Node } from '../node.js';
import type { Rule } from './rule.js';

const axisOf = (node: Node): number => (node.params as ConcatenateParams).axis;

export const flattenConcatenate: Rule = {
  name: 'flatten-concatenate',
  rewrite(node) {
    if (node.kind !== concatenate) return undefined;
    const isNested = (input: Node) => input.kind === concatenate && axisOf(input) === axisOf(node);
    if (!node.inputs.some(isNested)) return undefined;
    return makeConcatenate(
      node.inputs.flatMap((input) => (isNested(input) ? input.inputs : [input])),
      axisOf(node),
    );
  },
};
