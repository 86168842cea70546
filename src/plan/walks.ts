/** The nodes that walk over their inputs with a program, and how one is made again with other inputs. */
import { type Program, ProgramBuilder } from '../expr/program.js';
import type { Chunks } from './chunks.js';
import { elementwise, makeElementwise } from './elementwise.js';
import type { Node } from './node.js';
import { makeReduction, type ReductionParams, reduction } from './reduction.js';
import { makeScan, type ScanNodeParams, scan } from './scan.js';
import type { WalkParams } from './walk.js';

export interface WalkNode extends Node<WalkParams> {}

export const isWalk = (node: Node): node is WalkNode =>
  node.kind === elementwise || node.kind === reduction || node.kind === scan;

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
    const token = tokenOf(input, own);
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
  const dtypes = inputs.map(({ dtype }) => dtype);
  const again = (program: Program) => builder.build(builder.include(program, values), dtypes);
  const params = { ...node.params, program: again(node.params.program), axes };
  if (node.kind === scan) return makeScan(params as unknown as ScanNodeParams, inputs, node.chunks);
  if (node.kind !== reduction) return makeElementwise(params, inputs, node.chunks);
  const { beside, tables } = node.params as ReductionParams;
  const more = {
    ...(beside && { beside: again(beside) }),
    // A table is an operand as it is.
    ...(tables && { tables: tables.map((i) => numbers.get(tokenOf(operands[i]!.inputs[0]!, operands[i]!.axes[0]!))!) }),
  };
  return makeReduction({ ...(params as unknown as ReductionParams), ...more }, inputs);
}

const tokenOf = (input: Node, own: readonly number[]): string => `${input.name}/${own}`;

/** Whether an input is looked up in instead of walked over. */
export const isTable = (node: WalkNode, input: number): boolean =>
  node.kind === reduction && ((node.params as ReductionParams).tables ?? []).includes(input);
