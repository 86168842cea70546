/** The nodes that walk over their inputs with a program, and how one is made again with other inputs. */
import { type Program, ProgramBuilder } from '../expr/program.js';
import type { Chunks } from './chunks.js';
import { elementwise, makeElementwise } from './elementwise.js';
import type { Node } from './node.js';
import { makeReduction, type ReductionParams, reduction } from './reduction.js';
import type { WalkParams } from './walk.js';

export interface WalkNode extends Node<WalkParams> {}

export const isWalk = (node: Node): node is WalkNode => node.kind === elementwise || node.kind === reduction;

/** The chunks that a node walks over. */
export const spaceOf = (node: WalkNode): Chunks =>
  node.kind === reduction ? (node.params as ReductionParams).space : node.chunks;

/** One input of a walk: an array as it lies in it, or a program over such. */
export interface Operand {
  readonly inputs: readonly Node[];
  readonly axes: readonly (readonly number[])[];
  /** Over these inputs; absent where there is one, as it is. */
  readonly program?: Program;
}

/** The walk with its inputs replaced; those that are the same become one. */
export function withOperands(node: WalkNode, operands: readonly Operand[]): Node {
  const builder = new ProgramBuilder();
  const inputs: Node[] = [];
  const axes: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const inputFor = (input: Node, own: readonly number[]): number => {
    const token = `${input.name}/${own}`;
    let number = numbers.get(token);
    if (number === undefined) {
      number = inputs.push(input) - 1;
      axes.push(own);
      numbers.set(token, number);
    }
    return builder.input(number, input.dtype);
  };
  const values = operands.map((operand) => {
    const given = operand.inputs.map((input, i) => inputFor(input, operand.axes[i]!));
    return operand.program ? builder.include(operand.program, given) : given[0]!;
  });
  const program = builder.build(
    builder.include(node.params.program, values),
    inputs.map(({ dtype }) => dtype),
  );
  const params = { ...node.params, program, axes };
  return node.kind === reduction
    ? makeReduction(params as unknown as ReductionParams, inputs)
    : makeElementwise(params, inputs, node.chunks);
}
