/** elementwise(f, reduction(finish)) -> reduction(f . finish): what becomes of a result is done where it comes to be. */
import { ProgramBuilder } from '../../expr/program.js';
import { sameChunks } from '../chunks.js';
import { elementwise } from '../elementwise.js';
import { makeReduction, type ReductionParams, reduction } from '../reduction.js';
import type { WalkParams } from '../walk.js';
import type { Rule } from './rule.js';

export const fuseFinish: Rule = {
  name: 'fuse-finish',
  rewrite(node, { uses }) {
    const [input] = node.inputs;
    if (node.kind !== elementwise || node.inputs.length !== 1 || input!.kind !== reduction) return undefined;
    const { program, axes } = node.params as WalkParams;
    const isInPlace = sameChunks(node.chunks, input!.chunks) && axes[0]!.every((axis, i) => axis === i);
    if (!isInPlace || uses(input!) > 1 || program.steps.some(({ op }) => op === 'index')) return undefined;
    const params = input!.params as ReductionParams;
    const builder = new ProgramBuilder();
    const given = params.finish.inputs.map((dtype, i) => builder.input(i, dtype));
    const value = builder.include(program, [builder.include(params.finish, given)]);
    return makeReduction({ ...params, finish: builder.build(value, params.finish.inputs) }, input!.inputs);
  },
};
