/**
 * sum(x) beside var(x) -> the sum that the variance needs anyway: standardised columns take their means from the pass that
 * gives their deviations.
 */
import { isFloat } from '../../arrow/dtype.js';
import { ProgramBuilder, programToken, resultOf } from '../../expr/program.js';
import type { Node } from '../node.js';
import { makeReduction, type ReductionParams, reduction } from '../reduction.js';
import type { Rule } from './rule.js';

export const shareMoments: Rule = {
  name: 'share-moments',
  rewrite(node, { others }) {
    const [input] = node.inputs;
    if (node.kind !== reduction || !input) return undefined;
    const params = node.params as ReductionParams;
    const { aggregate, program, finish } = params;
    const isSum = aggregate.row === 'fold' && aggregate.reducer === 'sum' && isFloat(resultOf(program));
    const beside = isSum ? others(input).find((other) => isMomentsOf(other, node)) : undefined;
    if (!beside) return undefined;
    const moments = beside.params as ReductionParams;
    const builder = new ProgramBuilder();
    const [count, sum] = moments.finish.inputs.map((dtype, i) => builder.input(i, dtype));
    const given = [sum!, count!].slice(0, finish.inputs.length);
    const value = builder.include(finish, given);
    const shared = { ...params, aggregate: moments.aggregate, finish: builder.build(value, moments.finish.inputs) };
    return makeReduction(shared, node.inputs);
  },
};

/** Whether a node has the moments of what another adds up. */
function isMomentsOf(node: Node, sum: Node): boolean {
  if (node.kind !== reduction) return false;
  const [its, own] = [node.params, sum.params] as [ReductionParams, ReductionParams];
  return (
    its.aggregate.row === 'moments' &&
    !its.aggregate.skipNaN &&
    programToken(its.program) === programToken(own.program) &&
    `${its.reduced}` === `${own.reduced}` &&
    JSON.stringify(its.axes) === JSON.stringify(own.axes) &&
    node.inputs.length === sum.inputs.length &&
    node.inputs.every(({ name }, i) => name === sum.inputs[i]!.name)
  );
}
