/** rechunk(f(index)) -> f(index) in the new chunks: what follows from its place is made where it is wanted. */
import { elementwise, makeElementwise } from '../elementwise.js';
import { rechunk } from '../rechunk.js';
import type { WalkParams } from '../walk.js';
import type { Rule } from './rule.js';

export const rechunkGenerated: Rule = {
  name: 'rechunk-generated',
  rewrite(node) {
    const [input] = node.inputs;
    if (node.kind !== rechunk || input?.kind !== elementwise || input.inputs.length > 0) return undefined;
    return makeElementwise(input.params as WalkParams, [], node.chunks);
  },
};
