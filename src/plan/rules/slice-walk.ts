/**
 * slice(walk(f, xs)) -> walk(f, slices of xs), so that nothing is computed that is not wanted, where nobody else wants it.
 * An array that is broadcast stays whole along that axis, as do the axes that a reduction goes over, or a running sum; a
 * program that asks where an element is counts in the steps of the slice.
 */
import { type Program, ProgramBuilder, type Step } from '../../expr/program.js';
import type { Range } from '../../kernels/slice.js';
import { type Chunks, sameExtents } from '../chunks.js';
import { makeElementwise } from '../elementwise.js';
import type { Node } from '../node.js';
import { makeReduction, type ReductionParams, reduction } from '../reduction.js';
import { makeScan, type ScanNodeParams, scan } from '../scan.js';
import { isEmpty, makeSlice, type Ranges, type SliceParams, slice, slicedChunks } from '../slice.js';
import { isTable, isWalk, spaceOf, type WalkNode } from '../walks.js';
import type { Rule } from './rule.js';

export const sliceWalk: Rule = {
  name: 'slice-walk',
  rewrite(node, { uses }) {
    const [walk] = node.inputs as [Node];
    if (node.kind !== slice || !isWalk(walk) || uses(walk) > 1) return undefined;
    const ranges = rangesOf(walk, (node.params as SliceParams).ranges);
    if (!ranges || isEmpty(ranges)) return undefined;
    const space = spaceOf(walk);
    const { axes } = walk.params;
    const inputs = walk.inputs.map((input, i) => {
      if (isTable(walk, i)) return input;
      const rangeOf = (axis: number, own: number): Range | null =>
        axis < 0 || isRepeated(input.chunks[own]!, space[axis]!) ? null : ranges[axis]!;
      return makeSlice(input, axes[i]!.map(rangeOf));
    });
    const params = { ...walk.params, program: shifted(walk.params.program, ranges) };
    if (walk.kind === scan) return makeScan(params as unknown as ScanNodeParams, inputs, node.chunks);
    if (walk.kind !== reduction) return makeElementwise(params, inputs, node.chunks);
    const { beside } = walk.params as ReductionParams;
    const more = { space: slicedChunks(space, ranges), ...(beside && { beside: shifted(beside, ranges) }) };
    return makeReduction({ ...(params as unknown as ReductionParams), ...more }, inputs);
  },
};

/** What is taken of each axis of the walk; undefined where more is walked over than what is taken. */
function rangesOf(walk: WalkNode, ranges: Ranges): Ranges | undefined {
  if (walk.kind === scan) return ranges[(walk.params as unknown as ScanNodeParams).scan.axis] ? undefined : ranges;
  if (walk.kind !== reduction) return ranges;
  const { space, reduced, keepdims, result } = walk.params as ReductionParams;
  if (result) return undefined;
  let own = 0;
  const all = space.map((_, axis) => (reduced.includes(axis) && !keepdims ? null : ranges[own++]!));
  return reduced.some((axis) => all[axis]) ? undefined : all;
}

const isRepeated = (extents: Chunks[number], space: Chunks[number]): boolean =>
  sameExtents(extents, [1]) && !sameExtents(space, [1]);

/** The program whose index along an axis is that in the array of which a slice was taken. */
function shifted(program: Program, ranges: Ranges): Program {
  if (!program.steps.some((step) => step.op === 'index' && ranges[step.value])) return program;
  const builder = new ProgramBuilder();
  const inputs = program.inputs.map((dtype, i) => builder.input(i, dtype));
  const indices = ranges.map((range, axis) => indexIn(builder, axis, range));
  // Indices are inputs for a moment, which are replaced.
  const steps = program.steps.map(
    (step): Step => (step.op === 'index' ? { ...step, op: 'input', value: inputs.length + step.value } : step),
  );
  return builder.build(builder.include({ inputs: program.inputs, steps }, [...inputs, ...indices]), program.inputs);
}

function indexIn(builder: ProgramBuilder, axis: number, range: Range | null): number {
  const at = builder.index(axis);
  if (!range) return at;
  const walked = range.step === 1 ? at : builder.call('multiply', at, builder.constant(range.step, 'int64'));
  return range.start === 0 ? walked : builder.call('add', walked, builder.constant(range.start, 'int64'));
}
