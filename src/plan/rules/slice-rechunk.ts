/** slice(rechunk(x)) -> rechunk(slice(x)): what is not wanted is not moved, where nobody else has it moved. */
import { makeRechunk, rechunk } from '../rechunk.js';
import { isEmpty, makeSlice, type SliceParams, slice } from '../slice.js';
import type { Rule } from './rule.js';

export const sliceRechunk: Rule = {
  name: 'slice-rechunk',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== slice || input?.kind !== rechunk || uses(input) > 1) return undefined;
    const { ranges } = node.params as SliceParams;
    return isEmpty(ranges) ? undefined : makeRechunk(makeSlice(input.inputs[0]!, ranges), node.chunks);
  },
};
