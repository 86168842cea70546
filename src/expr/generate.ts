/**
 * The source of a kernel: one loop nest that evaluates a program for every element and stores or reduces what comes of it,
 * without temporaries. The innermost loop is unrolled, with one accumulator for each lane, since V8 neither unrolls nor
 * vectorizes. A kernel is for programs and walks of one form and not of one size, so that all chunks share it.
 *
 * It is called as `(o, a, d, s, x, F, R)`: the output, the inputs, the extents of the loops, the steps of the operands (the
 * output's first), where the block begins in the whole along each axis, `Math.fround` and the {@link runtime}.
 */
import { type DType, isBig } from '../arrow/dtype.js';
import { castCode } from './cast.js';
import { ops } from './ops.js';
import { type Program, resultOf, type Step } from './program.js';
import { type ReducerName, reducers } from './reducers.js';

/** What the source depends on besides the program. */
export interface Form {
  readonly loops: number;
  /** The step of each operand in the innermost loop: 0, 1, or any. */
  readonly inner: readonly ('0' | '1' | 's')[];
  readonly tiled?: number;
  readonly reducer?: ReducerName;
}

const LANES = 4;
/** Reductions join their lanes after so many elements, which keeps rounding errors from piling up. */
const SEGMENT = 1024;
/** The sides of a tile: with 8-byte elements and lines of 64 bytes it stays in the first cache. */
const TILE = 32;

export function generate(program: Program, form: Form): string {
  const { loops, tiled } = form;
  const inner = loops - 1;
  const body = new Body(program, form);
  const lines = ['"use strict";'];
  program.inputs.forEach((_, i) => {
    if (body.uses(i)) lines.push(`const a${i}=a[${i}];`);
  });
  for (let loop = 0; loop < loops; loop++) lines.push(`const n${loop}=d[${loop}];`);
  for (const operand of body.operands) {
    for (let loop = 0; loop < loops; loop++) lines.push(`const s${operand}_${loop}=s[${operand}][${loop}];`);
  }
  const open: string[] = [];
  const blocks = [tiled, inner].filter((loop) => tiled !== undefined && loop !== undefined) as number[];
  for (const loop of blocks) {
    open.push(
      `for(let b${loop}=0;b${loop}<n${loop};b${loop}+=${TILE}){const e${loop}=Math.min(n${loop},b${loop}+${TILE});`,
    );
  }
  for (let loop = 0; loop < inner; loop++) {
    const isBlocked = blocks.includes(loop);
    open.push(
      `for(let i${loop}=${isBlocked ? `b${loop}` : 0};i${loop}<${isBlocked ? `e${loop}` : `n${loop}`};i${loop}++){`,
    );
  }
  lines.push(...open);
  const begin = blocks.length > 0 ? `b${inner}` : '0';
  const end = blocks.length > 0 ? `e${inner}` : `n${inner}`;
  for (const operand of body.operands) {
    const outer = Array.from({ length: inner }, (_, loop) => `i${loop}*s${operand}_${loop}`);
    lines.push(`const q${operand}=${outer.join('+') || '0'};`);
  }
  lines.push(...(form.reducer && form.inner[0] === '0' ? body.folding(begin, end) : body.storing(begin, end)));
  lines.push('}'.repeat(open.length));
  return lines.join('\n');
}

class Body {
  readonly operands: readonly number[];
  readonly #program: Program;
  readonly #form: Form;
  readonly #loop: number;

  constructor(program: Program, form: Form) {
    this.#program = program;
    this.#form = form;
    this.#loop = form.loops - 1;
    this.operands = [0, ...program.inputs.flatMap((_, i) => (this.uses(i) ? [i + 1] : []))];
  }

  uses(input: number): boolean {
    return this.#program.steps.some((step) => step.op === 'input' && step.value === input);
  }

  /** Stores every value, or takes it to an accumulator of its own in the output. */
  storing(begin: string, end: string): string[] {
    const store = (at: string, lane: number) => {
      const { code, result } = this.#evaluate(at, lane);
      const place = `o[${this.#place(0, at)}]`;
      return `${code}${place}=${this.#form.reducer ? this.#step(place, result) : result};`;
    };
    return this.#unrolled(begin, end, store);
  }

  /** Takes all values of the innermost loop to one accumulator. */
  folding(begin: string, end: string): string[] {
    const { reducer } = this.#form;
    const accumulator = this.#accumulator;
    const initial = reducers[reducer!].initial(accumulator);
    const text = isBig(accumulator) ? `${initial}n` : `${initial}`;
    const take = (at: string, lane: number) => {
      const { code, result } = this.#evaluate(at, lane);
      return `${code}c${lane}=${this.#step(`c${lane}`, result)};`;
    };
    const lanes = Array.from({ length: LANES }, (_, lane) => `c${lane}=${text}`);
    const joined = Array.from({ length: LANES }, (_, lane) => `c${lane}`).reduce((a, b) => this.#join(a, b));
    return [
      `for(let g=${begin};g<${end};g+=${SEGMENT}){const h=Math.min(${end},g+${SEGMENT});`,
      `let ${lanes.join(',')};`,
      ...this.#unrolled('g', 'h', take),
      `const c=${joined};o[q0]=${this.#join('o[q0]', 'c')};}`,
    ];
  }

  #unrolled(begin: string, end: string, one: (at: string, lane: number) => string): string[] {
    const at = `i${this.#loop}`;
    const lanes = Array.from({ length: LANES }, (_, lane) => `{${one(lane ? `(${at}+${lane})` : at, lane)}}`);
    return [
      `{let ${at}=${begin};for(const z=${end}-${LANES - 1};${at}<z;${at}+=${LANES}){`,
      ...lanes,
      `}for(;${at}<${end};${at}++){${one(at, 0)}}}`,
    ];
  }

  get #accumulator(): DType {
    return reducers[this.#form.reducer!].accumulator(resultOf(this.#program));
  }

  #step(acc: string, value: string): string {
    const accumulator = this.#accumulator;
    return this.#join(acc, castCode(resultOf(this.#program), accumulator, value));
  }

  #join(a: string, b: string): string {
    return reducers[this.#form.reducer!].step(this.#accumulator, a, b);
  }

  #place(operand: number, at: string): string {
    const step = this.#form.inner[operand];
    if (step === '0') return `q${operand}`;
    return step === '1' ? `q${operand}+${at}` : `q${operand}+${at}*s${operand}_${this.#loop}`;
  }

  /** The statements of the program for the element at `at` of the innermost loop, and the expression of its result. */
  #evaluate(at: string, lane: number): { code: string; result: string } {
    const { steps } = this.#program;
    const name = (i: number) => `v${lane}_${i}`;
    const code = steps.map((step, i) => `const ${name(i)}=${this.#expression(step, at, name)};`).join('');
    return { code, result: name(steps.length - 1) };
  }

  #expression(step: Step, at: string, name: (i: number) => string): string {
    switch (step.op) {
      case 'input':
        return `a${step.value}[${this.#place(step.value + 1, at)}]`;
      case 'const':
        return constantCode(step.dtype, step.value);
      case 'index':
        return `R.toInt64(x[${step.value}]+${step.value === this.#loop ? at : `i${step.value}`})`;
      case 'cast':
        return castCode(this.#program.steps[step.args[0]]!.dtype, step.dtype, name(step.args[0]));
      default: {
        const args = step.args;
        const dtype = this.#program.steps[args.at(-1)!]!.dtype;
        return ops[step.op].js(dtype, ...args.map(name));
      }
    }
  }
}

function constantCode(dtype: DType, value: number | bigint | boolean): string {
  if (isBig(dtype)) return `${value}n`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Object.is(value, -0) ? '-0' : `${value}`;
}
