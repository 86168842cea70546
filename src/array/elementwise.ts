/** From elementwise operations that are no single step of a program to nodes. */
import { type DType, isFloat } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import type { Node } from '../plan/node.js';
import { InputError } from '../util/errors.js';
import { walkNode } from './operands.js';

export function castNode(node: Node, dtype: DType): Node {
  if (node.dtype === dtype) return node;
  const builder = new ProgramBuilder();
  return walkNode(builder, builder.cast(builder.input(0, node.dtype), dtype), [node], 'astype');
}

/** As NumPy rounds: scaled by a power of ten, rounded to even, scaled back. */
export function roundNode(node: Node, decimals: number): Node {
  if (!Number.isInteger(decimals)) throw new InputError(`round takes a whole number of decimals, got ${decimals}`);
  if (!isFloat(node.dtype) && decimals >= 0) return node;
  const builder = new ProgramBuilder();
  const x = builder.input(0, node.dtype);
  const dtype = isFloat(node.dtype) ? node.dtype : 'float64';
  const scale = builder.constant(10 ** Math.abs(decimals), dtype);
  const [to, back] = decimals < 0 ? (['divide', 'multiply'] as const) : (['multiply', 'divide'] as const);
  const rounded =
    decimals === 0
      ? builder.call('rint', x)
      : builder.call(back, builder.call('rint', builder.call(to, x, scale)), scale);
  return walkNode(builder, builder.cast(rounded, node.dtype), [node], 'round');
}
