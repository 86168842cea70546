/** slice(concatenate(xs)) -> concatenate(slices of those xs that matter) */
import { shapeOf } from '../chunks.js';
import { type ConcatenateParams, concatenate, makeConcatenate } from '../concatenate.js';
import { makeRechunk } from '../rechunk.js';
import { cut, isEmpty, makeSlice, type SliceParams, slice } from '../slice.js';
import type { Rule } from './rule.js';

export const sliceConcatenate: Rule = {
  name: 'slice-concatenate',
  rewrite(node) {
    const [input] = node.inputs;
    if (node.kind !== slice || input?.kind !== concatenate) return undefined;
    const { ranges } = node.params as SliceParams;
    if (isEmpty(ranges)) return undefined;
    const { axis } = input.params as ConcatenateParams;
    const totals = shapeOf(input.inputs.map(({ chunks }) => chunks[axis]!));
    const parts = cut(totals, ranges[axis]!).map(({ chunk, range }) =>
      makeSlice(input.inputs[chunk]!, ranges.with(axis, range)),
    );
    return makeRechunk(makeConcatenate(parts, axis), node.chunks);
  },
};
