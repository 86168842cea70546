/** rechunk(stored(x)) -> stored(x) cut so: an array that is stored in one piece is read in any. */
import { rechunk } from '../rechunk.js';
import { isStored, makeStored } from '../stored.js';
import type { Rule } from './rule.js';

export const rechunkStored: Rule = {
  name: 'rechunk-stored',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== rechunk || !input || !isStored(input) || uses(input) > 1) return undefined;
    return input.params.isOnePiece ? makeStored(input.params, node.dtype, node.chunks) : undefined;
  },
};
