/** slice(slice(x)) -> slice(x) */
import type { Range } from '../../kernels/slice.js';
import { makeRechunk } from '../rechunk.js';
import { makeSlice, type SliceParams, slice } from '../slice.js';
import type { Rule } from './rule.js';

export const sliceSlice: Rule = {
  name: 'slice-slice',
  rewrite(node) {
    const [input] = node.inputs;
    if (node.kind !== slice || input?.kind !== slice) return undefined;
    const inner = (input.params as SliceParams).ranges;
    const ranges = (node.params as SliceParams).ranges.map((outer, axis) => compose(outer, inner[axis]!));
    return makeRechunk(makeSlice(input.inputs[0]!, ranges), node.chunks);
  },
};

function compose(outer: Range | null, inner: Range | null): Range | null {
  if (!outer || !inner) return outer ?? inner;
  return { start: inner.start + outer.start * inner.step, step: inner.step * outer.step, extent: outer.extent };
}
