/**
 * The scalar IR: what is computed for one element, as numbered steps of which each uses those before it. Plain data, so
 * it has a hash, travels, and is compiled where it runs. Equal steps are one step.
 *
 * A `Program` has one input for each array that it reads; its last step is its result. Arguments of an operation have
 * the dtype that it computes in: {@link ProgramBuilder} puts the casts in.
 */
import { castElement, type DType, dtypeOfValue, type Element, isFloat } from '../arrow/dtype.js';
import { type OpName, ops } from './ops.js';

export type Step =
  /** The element of input `value`. */
  | { readonly op: 'input'; readonly dtype: DType; readonly value: number }
  | { readonly op: 'const'; readonly dtype: DType; readonly value: Element }
  /** Where along axis `value` of the whole array the element is. */
  | { readonly op: 'index'; readonly dtype: 'int64'; readonly value: number }
  | { readonly op: 'cast'; readonly dtype: DType; readonly args: readonly [number] }
  | { readonly op: OpName; readonly dtype: DType; readonly args: readonly number[] };

export interface Program {
  readonly inputs: readonly DType[];
  readonly steps: readonly Step[];
}

export const resultOf = ({ steps }: Program): DType => steps.at(-1)!.dtype;

const none: readonly number[] = [];
export const argsOf = (step: Step): readonly number[] => ('args' in step ? step.args : none);

/** Powers that NumPy computes without `pow`, by their exponents. */
const simplePowers: Readonly<Record<'float' | 'integer', Readonly<Record<string, OpName>>>> = {
  float: { '-1': 'reciprocal', '0.5': 'sqrt', '1': 'positive', '2': 'square' },
  integer: { '1': 'positive', '2': 'square' },
};

/** Builds programs; values are the numbers of steps. */
export class ProgramBuilder {
  readonly #inputs: DType[] = [];
  readonly #steps: Step[] = [];
  readonly #known = new Map<string, number>();

  input(index: number, dtype: DType): number {
    this.#inputs[index] = dtype;
    return this.#add({ op: 'input', dtype, value: index });
  }

  constant(value: Element, dtype: DType = dtypeOfValue(value)): number {
    return this.#add({ op: 'const', dtype, value: castElement(value, dtype) });
  }

  index(axis: number): number {
    return this.#add({ op: 'index', dtype: 'int64', value: axis });
  }

  cast(value: number, dtype: DType): number {
    const step = this.#steps[value]!;
    if (step.dtype === dtype) return value;
    if (step.op === 'const') return this.constant(step.value, dtype);
    return this.#add({ op: 'cast', dtype, args: [value] });
  }

  /** Applies an operation, as its table says for the dtypes of the arguments. Raises {@link InputError} for those it has no loop for. */
  call(op: OpName, ...args: readonly number[]): number {
    const { loop, result } = ops[op].loopFor(
      op,
      args.map((arg) => this.dtypeOf(arg)),
    );
    const cast = args.map((arg, i) => this.cast(arg, loop[i]!));
    if (op === 'power') {
      const exponent = this.#steps[cast[1]!]!;
      const simple =
        exponent.op === 'const' && simplePowers[isFloat(result) ? 'float' : 'integer'][`${exponent.value}`];
      if (simple) return this.call(simple, cast[0]!);
    }
    return this.#add({ op, dtype: result, args: cast });
  }

  /** Adds the steps of another program, its inputs replaced by `values`; the number of its result. */
  include({ steps }: Program, values: readonly number[]): number {
    const numbers: number[] = [];
    for (const step of steps) {
      if (step.op === 'input') numbers.push(values[step.value]!);
      else if ('args' in step)
        numbers.push(this.#add({ ...step, args: step.args.map((arg) => numbers[arg]!) } as unknown as Step));
      else numbers.push(this.#add(step));
    }
    return numbers.at(-1)!;
  }

  dtypeOf(value: number): DType {
    return this.#steps[value]!.dtype;
  }

  /** The program whose result is `value`, without steps that it does not need. */
  build(value: number, inputs: readonly DType[] = this.#inputs): Program {
    const isNeeded = new Set([value]);
    for (let i = value; i >= 0; i--) if (isNeeded.has(i)) for (const arg of argsOf(this.#steps[i]!)) isNeeded.add(arg);
    const numbers = new Map<number, number>();
    const steps: Step[] = [];
    for (let i = 0; i <= value; i++) {
      if (!isNeeded.has(i)) continue;
      numbers.set(i, steps.length);
      const step = this.#steps[i]!;
      steps.push('args' in step ? ({ ...step, args: step.args.map((arg) => numbers.get(arg)!) } as Step) : step);
    }
    return { inputs: [...inputs], steps };
  }

  #add(step: Step): number {
    const token = tokenOf(step);
    let number = this.#known.get(token);
    if (number === undefined) {
      number = this.#steps.push(step) - 1;
      this.#known.set(token, number);
    }
    return number;
  }
}

/** One text for equal steps; -0 and 0 are different values. */
function tokenOf(step: Step): string {
  if ('args' in step) return `${step.op}:${step.dtype}(${step.args})`;
  const { value } = step;
  return `${step.op}:${step.dtype}[${typeof value}${Object.is(value, -0) ? '-0' : value}]`;
}

/** One text for programs that compute the same in the same way, and of their kernels. */
export const programToken = ({ inputs, steps }: Program): string => `${inputs}|${steps.map(tokenOf).join(';')}`;

const identities = new Map<DType, Program>();

/** The program that gives its input as it is, always the same object for a dtype. */
export function identityOf(dtype: DType): Program {
  const known = identities.get(dtype) ?? { inputs: [dtype], steps: [{ op: 'input', dtype, value: 0 }] };
  identities.set(dtype, known);
  return known;
}
