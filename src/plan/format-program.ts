/** A program as an expression, `a` to `z` for its inputs. */
import { argsOf, type Program } from '../expr/program.js';

/** Longer ones are cut. */
const LENGTH = 200;

export function formatProgram({ steps }: Program): string {
  const texts: string[] = [];
  for (const step of steps) {
    const args = argsOf(step).map((arg) => texts[arg]!);
    if (step.op === 'input') texts.push(nameOfInput(step.value));
    else if (step.op === 'const') texts.push(String(step.value));
    else if (step.op === 'index') texts.push(`index${step.value}`);
    else texts.push(`${step.op === 'cast' ? step.dtype : step.op}(${args.join(', ')})`.slice(0, 2 * LENGTH));
  }
  const text = texts.at(-1)!;
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}

export const nameOfInput = (input: number): string => (input < 26 ? String.fromCharCode(97 + input) : `x${input}`);
