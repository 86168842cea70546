/** rechunk(rechunk(x)) -> rechunk(x), where nobody else wants what lies between. */
import { makeRechunk, rechunk } from '../rechunk.js';
import type { Rule } from './rule.js';

export const mergeRechunks: Rule = {
  name: 'merge-rechunks',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== rechunk || input?.kind !== rechunk || uses(input) > 1) return undefined;
    return makeRechunk(input.inputs[0]!, node.chunks);
  },
};
