/** contraction(permute(x), y) -> contraction(x, y): products of matrices take them with any steps. */
import { contraction, makeContraction } from '../contraction.js';
import type { Node } from '../node.js';
import { axesOf, type PermuteParams, permute } from '../permute.js';
import type { Rule } from './rule.js';

export const contractPermute: Rule = {
  name: 'contract-permute',
  rewrite(node) {
    if (node.kind !== contraction || !node.inputs.some(isAbsorbed)) return undefined;
    const [a, b] = node.inputs.map((input, i) => through(input, node.params[i === 0 ? 'a' : 'b']));
    return makeContraction({ ...node.params, a: a!.labels, b: b!.labels }, [a!.node, b!.node]);
  },
};

/** New axes would have labels that are nowhere else. */
const isAbsorbed = ({ kind, params }: Node): boolean =>
  kind === permute && (params as PermuteParams).order.every((axis) => axis !== null);

function through(input: Node, labels: readonly number[]): { node: Node; labels: readonly number[] } {
  if (!isAbsorbed(input)) return { node: input, labels };
  const axes = axesOf(input.params as PermuteParams);
  return { node: input.inputs[0]!, labels: axes.map((out) => (out < 0 ? -1 : labels[out]!)) };
}
