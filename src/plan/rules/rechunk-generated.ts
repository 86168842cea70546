/**
 * rechunk(f(index)) -> f(index) in the new chunks: what follows from its place is made where it is wanted; random numbers,
 * which take longer than a copy, where nobody else wants them as they were.
 */
import { elementwise } from '../elementwise.js';
import { makeNode } from '../node.js';
import { random } from '../random.js';
import { rechunk } from '../rechunk.js';
import type { Rule } from './rule.js';

export const rechunkGenerated: Rule = {
  name: 'rechunk-generated',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== rechunk || input === undefined || input.inputs.length > 0) return undefined;
    if (input.kind !== elementwise && !(input.kind === random && uses(input) === 1)) return undefined;
    const { kind, params, dtype } = input;
    return makeNode(kind, { params, dtype, chunks: node.chunks });
  },
};
