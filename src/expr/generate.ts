/**
 * The source of a kernel: one loop nest that evaluates a program for every element and stores or reduces what comes of it,
 * without temporaries. The innermost loop is unrolled, with one accumulator for each lane, since V8 neither unrolls nor
 * vectorizes. A kernel is for programs and walks of one form and not of one size, so that all chunks share it.
 *
 * It is called as `(o, a, d, s, x, F, R)`: the output, the inputs, the extents of the loops, the steps of the operands (the
 * output's first), where the block begins in the whole along each axis, `Math.fround` and the {@link runtime}.
 */
import { type DType, isBig } from '../arrow/dtype.js';
import { castCode, constantCode } from './cast.js';
import { ops } from './ops.js';
import { type Program, resultOf, type Step } from './program.js';
import { type ReducerName, reducers } from './reducers.js';

export type Stride = '0' | '1' | 's';

/** What the source depends on besides the program. */
export interface Form {
  readonly loops: number;
  /** The step of each operand in the innermost loop, and in the tiled one. */
  readonly inner: readonly Stride[];
  readonly across?: readonly Stride[];
  readonly tiled?: number;
  readonly reducer?: ReducerName;
  /** Whether the output stays where it is in the loop around the innermost. */
  readonly isJammed?: boolean;
  /** Whether it does so in the tiled loop. */
  readonly isTotal?: boolean;
}

const LANES = 4;
/** Reductions join their lanes after so many elements, which keeps rounding errors from piling up. */
const SEGMENT = 1024;
/**
 * The sides of a tile: as many elements as a line of the cache has, of which each is read once in both directions. It is
 * gone through in pieces of rows and columns that need no loop.
 */
const TILE = 8;
const [PIECE_ROWS, PIECE_COLUMNS] = [4, 2];

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
    for (let loop = 0; loop < loops; loop++) {
      const known = loop === inner ? form.inner[operand]! : loop === tiled ? form.across![operand]! : 's';
      lines.push(`const s${operand}_${loop}=${known === 's' ? `s[${operand}][${loop}]` : known};`);
    }
    // V8 multiplies anew in each round of a loop.
    for (let row = 2; tiled !== undefined && row < PIECE_ROWS; row++) {
      lines.push(`const s${operand}_${tiled}_${row}=${row}*s${operand}_${tiled};`);
    }
  }
  const open: string[] = [];
  for (let loop = 0; loop < inner; loop++) {
    if (loop !== tiled) open.push(`for(let i${loop}=0;i${loop}<n${loop};i${loop}++){`);
  }
  if (tiled !== undefined) lines.push(...open, ...body.tiles(tiled));
  else {
    if (form.isJammed === true && form.inner[0] !== '0') {
      const last = open.pop()!;
      lines.push(...open, `let i${inner - 1}=0;`, ...body.jammed());
      open.push(last.replace(`let i${inner - 1}=0`, ''));
      lines.push(open.at(-1)!);
    } else lines.push(...open);
    lines.push(...body.starts());
    lines.push(...(form.reducer && form.inner[0] === '0' ? body.folding() : body.storing()));
  }
  lines.push('}'.repeat(open.length));
  return lines.join('\n');
}

class Body {
  readonly operands: readonly number[];
  readonly #program: Program;
  readonly #form: Form;
  readonly #loop: number;
  /** Which of some rows that are gone through together is meant. */
  #row: number | undefined;
  /** Which element of a piece of a tile is meant, in rows and columns from its first. */
  #cell: readonly [row: number, column: number] | undefined;

  constructor(program: Program, form: Form) {
    this.#program = program;
    this.#form = form;
    this.#loop = form.loops - 1;
    this.operands = [0, ...program.inputs.flatMap((_, i) => (this.uses(i) ? [i + 1] : []))];
  }

  uses(input: number): boolean {
    return this.#program.steps.some((step) => step.op === 'input' && step.value === input);
  }

  /** Where the walk through each operand begins in the innermost loop; `row` steps further in the loop around it. */
  starts(row?: number): string[] {
    const mark = row === undefined ? '' : `_${row}`;
    return this.operands.map((operand) => {
      const outer = Array.from({ length: this.#loop }, (_, loop) => {
        const at = row && loop === this.#loop - 1 ? `(i${loop}+${row})` : `i${loop}`;
        return `${at}*s${operand}_${loop}`;
      });
      const start = `const q${operand}${mark}=${outer.join('+') || '0'};`;
      // An input that stays where it is is read once: V8 does not know that nobody writes it.
      const isStill = operand > 0 && this.#form.inner[operand] === '0';
      return isStill ? `${start}const u${operand}${mark}=a${operand - 1}[q${operand}${mark}];` : start;
    });
  }

  /** The loop around the innermost in steps of several rows, which are taken to an accumulator of the output together. */
  jammed(): string[] {
    const at = `i${this.#loop}`;
    const around = `i${this.#loop - 1}`;
    const place = `o[${this.#place(0, at).replace('q0', 'q0_0')}]`;
    const rows = Array.from({ length: LANES }, (_, row) => row);
    const take = (row: number) => {
      this.#row = row;
      const { code, result } = this.#evaluate(at, row);
      this.#row = undefined;
      return `{${code}c=${this.#take('c', result)};}`;
    };
    return [
      `for(;${around}<n${this.#loop - 1}-${LANES - 1};${around}+=${LANES}){`,
      ...rows.flatMap((row) => this.starts(row)),
      `for(let ${at}=0;${at}<n${this.#loop};${at}++){let c=${this.#isNarrow ? '0' : place};`,
      ...rows.map(take),
      `${place}=${this.#isNarrow ? this.#join(place, 'R.toInt64(c)') : 'c'};}}`,
    ];
  }

  /** Goes through the tiled and the innermost loop tile by tile. */
  tiles(tiled: number): string[] {
    const [row, column] = [`i${tiled}`, `i${this.#loop}`];
    const isTotal = this.#form.reducer !== undefined && this.#form.inner[0] === '0' && this.#form.isTotal === true;
    const starts = this.operands.map((operand) => {
      const steps = Array.from({ length: this.#loop + 1 }, (_, loop) => `i${loop}*s${operand}_${loop}`);
      return `const q${operand}=${steps.join('+')};`;
    });
    const take = (r: number, c: number, lane: number) => {
      this.#cell = [r, c];
      const { code, result } = this.#evaluate(column, lane);
      const place = `o[${this.#place(0, column)}]`;
      this.#cell = undefined;
      if (isTotal) return `{${code}c${lane % LANES}=${this.#take(`c${lane % LANES}`, result)};}`;
      return `{${code}${place}=${this.#form.reducer ? this.#step(place, result) : result};}`;
    };
    const piece = Array.from({ length: PIECE_ROWS * PIECE_COLUMNS }, (_, lane) =>
      take(lane % PIECE_ROWS, Math.floor(lane / PIECE_ROWS), lane),
    );
    const others = Array.from({ length: this.#loop }, (_, loop) => `i${loop}*s0_${loop}`);
    const total = others.filter((_, loop) => loop !== tiled).join('+') || '0';
    const [bt, et, bi, ei] = ['bt', 'et', 'bi', 'ei'];
    return [
      `for(let ${bt}=0;${bt}<n${tiled};${bt}+=${TILE}){const ${et}=Math.min(n${tiled},${bt}+${TILE});`,
      `for(let ${bi}=0;${bi}<n${this.#loop};${bi}+=${TILE}){const ${ei}=Math.min(n${this.#loop},${bi}+${TILE});`,
      ...(isTotal ? [this.#lanes()] : []),
      `if(${et}-${bt}===${TILE}&&${ei}-${bi}===${TILE}){`,
      `for(let ${column}=${bi};${column}<${ei};${column}+=${PIECE_COLUMNS})`,
      `for(let ${row}=${bt};${row}<${et};${row}+=${PIECE_ROWS}){`,
      ...[...starts, ...piece, '}}else{'],
      `for(let ${row}=${bt};${row}<${et};${row}++)for(let ${column}=${bi};${column}<${ei};${column}++){`,
      ...[...starts, take(0, 0, 0), '}}'],
      ...(isTotal ? [this.#joined(`o[${total}]`)] : []),
      '}}',
    ];
  }

  /** Stores every value, or takes it to an accumulator of its own in the output. */
  storing(): string[] {
    const store = (at: string, lane: number) => {
      const { code, result } = this.#evaluate(at, lane);
      const place = `o[${this.#place(0, at)}]`;
      return `${code}${place}=${this.#form.reducer ? this.#step(place, result) : result};`;
    };
    return this.#unrolled('0', `n${this.#loop}`, store);
  }

  /** Takes all values of the innermost loop to one accumulator. */
  folding(): string[] {
    const end = `n${this.#loop}`;
    const take = (at: string, lane: number) => {
      const { code, result } = this.#evaluate(at, lane);
      return `${code}c${lane}=${this.#take(`c${lane}`, result)};`;
    };
    return [
      `for(let g=0;g<${end};g+=${SEGMENT}){const h=Math.min(${end},g+${SEGMENT});`,
      this.#lanes(),
      ...this.#unrolled('g', 'h', take),
      `${this.#joined('o[q0]')}}`,
    ];
  }

  /** An accumulator for each lane. */
  #lanes(): string {
    const accumulator = this.#accumulator;
    const initial = reducers[this.#form.reducer!].initial(accumulator);
    const text = this.#isNarrow ? '0' : isBig(accumulator) ? `${initial}n` : `${initial}`;
    return `let ${Array.from({ length: LANES }, (_, lane) => `c${lane}=${text}`).join(',')};`;
  }

  /** The lanes taken to an accumulator in the output. */
  #joined(place: string): string {
    const joined = Array.from({ length: LANES }, (_, lane) => `c${lane}`).reduce((a, b) =>
      this.#isNarrow ? `(${a}+${b})` : this.#join(a, b),
    );
    return `const c=${this.#isNarrow ? `R.toInt64(${joined})` : joined};${place}=${this.#join(place, 'c')};`;
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

  /** Sums of small integers, of a segment or of some rows, are exact as numbers: they become 64-bit integers when they are joined. */
  get #isNarrow(): boolean {
    return this.#form.reducer === 'sum' && isBig(this.#accumulator) && !isBig(resultOf(this.#program));
  }

  #take(acc: string, value: string): string {
    return this.#isNarrow ? `(${acc}+${value})` : this.#step(acc, value);
  }

  #step(acc: string, value: string): string {
    const accumulator = this.#accumulator;
    return this.#join(acc, castCode(resultOf(this.#program), accumulator, value));
  }

  #join(a: string, b: string): string {
    return reducers[this.#form.reducer!].step(this.#accumulator, a, b);
  }

  get #mark(): string {
    return this.#row === undefined ? '' : `_${this.#row}`;
  }

  #place(operand: number, at: string): string {
    if (this.#cell) {
      const [r, c] = this.#cell;
      const along = (count: number, loop: number) =>
        count === 0 ? '' : `+s${operand}_${loop}${count === 1 ? '' : `_${count}`}`;
      return `q${operand}${along(r, this.#form.tiled!)}${along(c, this.#loop)}`;
    }
    const step = this.#form.inner[operand];
    const start = `q${operand}${this.#mark}`;
    if (step === '0') return start;
    return step === '1' ? `${start}+${at}` : `${start}+${at}*s${operand}_${this.#loop}`;
  }

  /** The statements of the program for the element at `at` of the innermost loop, and the expression of its result. */
  #evaluate(at: string, lane: number): { code: string; result: string } {
    const { steps } = this.#program;
    const name = (i: number) => `v${lane}_${i}`;
    const code = steps.map((step, i) => `const ${name(i)}=${this.#expression(step, at, name)};`).join('');
    return { code, result: name(steps.length - 1) };
  }

  #inner(at: string): string {
    return this.#cell ? `${at}+${this.#cell[1]}` : at;
  }

  #outer(loop: number): string {
    if (this.#cell && loop === this.#form.tiled) return `i${loop}+${this.#cell[0]}`;
    return this.#row && loop === this.#loop - 1 ? `i${loop}+${this.#row}` : `i${loop}`;
  }

  #expression(step: Step, at: string, name: (i: number) => string): string {
    switch (step.op) {
      case 'input': {
        const operand = step.value + 1;
        if (this.#form.inner[operand] === '0' && !this.#cell) return `u${operand}${this.#mark}`;
        return `a${step.value}[${this.#place(operand, at)}]`;
      }
      case 'const':
        return constantCode(step.dtype, step.value);
      case 'index':
        return `R.toInt64(x[${step.value}]+${step.value === this.#loop ? this.#inner(at) : this.#outer(step.value)})`;
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
