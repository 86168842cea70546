/** walk(permute(x)) -> walk(x): a walk goes over an array in any order of its axes. */
import { axesOf, type PermuteParams, permute } from '../permute.js';
import { isTable, isWalk, withOperands } from '../walks.js';
import type { Rule } from './rule.js';

export const absorbPermute: Rule = {
  name: 'absorb-permute',
  rewrite(node) {
    if (!isWalk(node) || !node.inputs.some(({ kind }, i) => kind === permute && !isTable(node, i))) return undefined;
    return withOperands(
      node,
      node.inputs.map((input, i) => {
        const axes = node.params.axes[i]!;
        if (input.kind !== permute || isTable(node, i)) return { inputs: [input], axes: [axes] };
        const through = axesOf(input.params as PermuteParams).map((out) => (out < 0 ? -1 : axes[out]!));
        return { inputs: [input.inputs[0]!], axes: [through] };
      }),
    );
  },
};
