/**
 * walk(f, elementwise(g, x)) -> walk(f . g, x): one loop without what lies between, where nobody else wants that and it
 * would not be computed more than once.
 */
import type { Program, Step } from '../../expr/program.js';
import { sameExtents } from '../chunks.js';
import { elementwise } from '../elementwise.js';
import type { Node } from '../node.js';
import type { WalkParams } from '../walk.js';
import { isTable, isWalk, type Operand, spaceOf, type WalkNode, withOperands } from '../walks.js';
import type { Rule } from './rule.js';

/** Longer programs would not stay in registers, and take long to compile. */
const MOST_STEPS = 200;

export const fuseElementwise: Rule = {
  name: 'fuse-elementwise',
  rewrite(node, { uses }) {
    if (!isWalk(node)) return undefined;
    let steps = node.params.program.steps.length;
    const isFused = node.inputs.map((input, i) => {
      if (input.kind !== elementwise || isTable(node, i) || !isOnce(node, i)) return false;
      if (input.inputs.length > 0 && uses(input) > 1) return false;
      const more = (input.params as WalkParams).program.steps.length;
      if (steps + more > MOST_STEPS) return false;
      steps += more;
      return true;
    });
    if (!isFused.includes(true)) return undefined;
    return withOperands(
      node,
      node.inputs.map((input, i) => (isFused[i] ? through(input, node.params.axes[i]!) : own(node, i))),
    );
  },
};

/** Whether each element of the input is walked over once, so that what it is made of is evaluated no more often than before. */
function isOnce(node: WalkNode, i: number): boolean {
  const space = spaceOf(node);
  const input = node.inputs[i]!;
  const axes = node.params.axes[i]!;
  const isAsked = (input.params as WalkParams).program.steps.some(({ op }) => op === 'index');
  if (input.inputs.length === 0 && !isAsked) return true;
  const count = axes.filter((axis) => axis >= 0).length;
  const isWhole = count === space.filter((extents) => !sameExtents(extents, [1])).length || count === space.length;
  return isWhole && axes.every((axis, at) => axis >= 0 && sameExtents(input.chunks[at]!, space[axis]!));
}

const own = (node: WalkNode, i: number): Operand => ({
  inputs: [node.inputs[i]!],
  axes: [node.params.axes[i]!],
});

/** The inputs of an elementwise node as they lie in the walk over it. */
function through(input: Node, axes: readonly number[]): Operand {
  const params = input.params as WalkParams;
  return {
    inputs: input.inputs,
    axes: params.axes.map((inner) => inner.map((axis) => (axis < 0 ? -1 : axes[axis]!))),
    program: reindexed(params.program, axes),
  };
}

const reindexed = ({ inputs, steps }: Program, axes: readonly number[]): Program => ({
  inputs,
  steps: steps.map((step): Step => (step.op === 'index' ? { ...step, value: axes[step.value]! } : step)),
});
