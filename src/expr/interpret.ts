/**
 * What programs mean, one element after another: the slow truth with which kernels must agree. It shares the table of
 * operations with them, but not their code.
 */
import { castElement, type DType, type Element, isInteger } from '../arrow/dtype.js';
import { ops } from './ops.js';
import type { Program } from './program.js';

/** The value of a program for the elements of its inputs at one place. */
export function interpret({ steps }: Program, elements: readonly Element[], place: readonly number[] = []): Element {
  const values: Element[] = [];
  for (const step of steps) {
    if (step.op === 'input') values.push(elements[step.value]!);
    else if (step.op === 'const') values.push(step.value);
    else if (step.op === 'index') values.push(BigInt(place[step.value]!));
    else if (step.op === 'cast') values.push(castElement(values[step.args[0]]!, step.dtype));
    else {
      const args = step.args.map((arg) => meant(values[arg]!, steps[arg]!.dtype));
      values.push(castElement(ops[step.op].of(...args), step.dtype));
    }
  }
  return values.at(-1)!;
}

/** Integers as BigInts, which have no bounds. */
const meant = (value: Element, dtype: DType): Element => (isInteger(dtype) ? BigInt(value) : value);
