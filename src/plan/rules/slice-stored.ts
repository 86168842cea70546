/** slice(stored(x)) -> stored(part of x): what is not wanted is not read, where nobody else has it read. */
import { makeSlice, type SliceParams, slice, slicedChunks } from '../slice.js';
import { isStored, partOfStored } from '../stored.js';
import type { Rule } from './rule.js';

export const sliceStored: Rule = {
  name: 'slice-stored',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== slice || !input || !isStored(input) || uses(input) > 1) return undefined;
    const { ranges } = node.params as SliceParams;
    // Parts are read in one piece along each axis; what goes in other steps is taken of them.
    const read = ranges.map((range) => (range?.step === 1 ? range : null));
    if (read.every((range) => range === null)) return undefined;
    const starts = read.map((range) => range?.start ?? 0);
    const part = partOfStored(input, starts, slicedChunks(input.chunks, read));
    return makeSlice(
      part,
      ranges.map((range) => (range?.step === 1 ? null : range)),
    );
  },
};
