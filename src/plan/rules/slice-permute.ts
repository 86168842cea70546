/** slice(permute(x)) -> permute(slice(x)) */
import { axesOf, makePermute, type PermuteParams, permute } from '../permute.js';
import { isEmpty, makeSlice, type SliceParams, slice } from '../slice.js';
import type { Rule } from './rule.js';

export const slicePermute: Rule = {
  name: 'slice-permute',
  rewrite(node) {
    const [input] = node.inputs;
    if (node.kind !== slice || input?.kind !== permute) return undefined;
    const { ranges } = node.params as SliceParams;
    if (isEmpty(ranges)) return undefined;
    const params = input.params as PermuteParams;
    const within = axesOf(params).map((out) => (out < 0 ? null : ranges[out]!));
    return makePermute(makeSlice(input.inputs[0]!, within), params.order);
  },
};
