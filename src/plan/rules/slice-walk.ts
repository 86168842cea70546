/**
 * slice(walk(f, xs)) -> walk(f, slices of xs), so that nothing is computed that is not wanted, where nobody else wants it.
 * An array that is broadcast stays whole along that axis, as do the axes that a reduction goes over; a program that asks
 * where an element is counts in the steps of the slice.
 */
import { type Program, ProgramBuilder, type Step } from '../../expr/program.js';
import type { Range } from '../../kernels/slice.js';
import { type Chunks, sameExtents } from '../chunks.js';
import { makeElementwise } from '../elementwise.js';
import type { Node } from '../node.js';
import { makeReduction, type ReductionParams, reduction } from '../reduction.js';
import { scan } from '../scan.js';
import { isEmpty, makeSlice, type Ranges, type SliceParams, slice, slicedChunks } from '../slice.js';
import { isWalk, spaceOf, type WalkNode } from '../walks.js';
import type { Rule } from './rule.js';

export const sliceWalk: Rule = {
  name: 'slice-walk',
  rewrite(node, { uses }) {
    const [walk] = node.inputs as [Node];
    if (node.kind !== slice || !isWalk(walk) || uses(walk) > 1) return undefined;
    const { ranges: given } = node.params as SliceParams;
    if (isEmpty(given) || !isPlain(walk)) return undefined;
    const space = spaceOf(walk);
    const ranges = rangesOf(walk, given);
    const { axes } = walk.params;
    const inputs = walk.inputs.map((input, i) =>
      makeSlice(
        input,
        axes[i]!.map((axis, own) => (axis < 0 || isRepeated(input.chunks[own]!, space[axis]!) ? null : ranges[axis]!)),
      ),
    );
    const program = shifted(walk.params.program, ranges);
    if (walk.kind !== reduction) return makeElementwise({ ...walk.params, program }, inputs, node.chunks);
    const params = walk.params as ReductionParams;
    return makeReduction({ ...params, program, space: slicedChunks(space, ranges) }, inputs);
  },
};

/** Whether the blocks of a walk follow from those of its inputs alone. */
function isPlain({ kind, params }: WalkNode): boolean {
  // What runs along an axis needs all that is before the slice.
  if (kind !== reduction) return kind !== scan;
  const { tables, left, result, beside } = params as ReductionParams;
  return !tables && left === undefined && !result && !beside;
}

/** The slice of each axis of the walk: the axes that a reduction goes over are whole. */
function rangesOf({ kind, params }: WalkNode, ranges: Ranges): Ranges {
  if (kind !== reduction) return ranges;
  const { reduced, keepdims, space } = params as ReductionParams;
  let next = 0;
  return space.map((_, axis) => {
    if (!reduced.includes(axis)) return ranges[keepdims ? axis : next++]!;
    return null;
  });
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
