/** The vectors of a program's steps, as the WebAssembly that is written asks for them. */
import type { DType } from '../../arrow/dtype.js';
import { addressOf, BASES } from '../../kernels/tiles.js';
import { type Code, i32, local, type ValueType } from '../../kernels/wasm/assembler.js';
import { access, simd } from '../../kernels/wasm/simd.js';
import type { Step } from '../program.js';
import { convert, isMask, type Kind, kindOf, partsOf, pathOf, splat, widthOf } from './lanes.js';
import type { Stages } from './stages.js';
import { vectorOps } from './vector-ops.js';

/** Where a step's values lie, and as what. */
export interface Slot {
  readonly slot: number;
  readonly dtype: DType;
}

export interface Layout {
  /**
   * Slots of the inputs; the first element stands for all of a splat one. Where inputs and the output begin is told by
   * {@link BASES} at each call, by the numbers of their slots: there, or where they lie already.
   */
  readonly inputs: readonly { readonly slot: number; readonly isSplat: boolean }[];
  /** Slots of stored steps, and of those between stages. */
  readonly steps: readonly (Slot | undefined)[];
  readonly output: number;
}

export interface Value {
  readonly kind: Kind;
  /** The locals of its vectors; of one that is the same for all elements, one for all. */
  readonly parts: readonly number[];
}

export const N = 0;
export const P = 1;
export const P4 = 2;
export const P8 = 3;
const FIRST_BASE = 4;
/** Where the element of the loop is, in bytes. */
const place: Readonly<Record<1 | 4 | 8, number>> = { 1: P, 4: P4, 8: P8 };
const bytes: Readonly<Record<Kind, 1 | 4 | 8>> = { f64: 8, f32: 4, i32: 4, mask32: 1, mask64: 1 };

/** Writes code that evaluates steps, each once in a loop, and those that are the same for all elements once before. */
export class Values {
  readonly before: number[] = [];
  /** The stage that is written, and its code. */
  stage = 0;
  body: number[] = [];
  readonly #steps: readonly Step[];
  readonly #stages: Stages;
  readonly #layout: Layout;
  readonly #uniform = new Map<number, Value>();
  #known = new Map<number, Value>();
  readonly #bases = new Map<number, number>();
  #vectors = 0;

  constructor(steps: readonly Step[], stages: Stages, layout: Layout) {
    this.#steps = steps;
    this.#stages = stages;
    this.#layout = layout;
  }

  /** The locals that follow the parameter. */
  get locals(): ValueType[] {
    const words = new Array<ValueType>(this.#firstVector - 1).fill('i32');
    return [...words, ...new Array<ValueType>(this.#vectors).fill('v128')];
  }

  /** A vector that keeps its value from loop to loop. */
  variable(initial: Code): number {
    const own = this.#firstVector + this.#vectors++;
    this.before.push(...local.set(own, initial));
    return own;
  }

  /** The code that `write` writes, which knows of no other loop's values. */
  written(write: () => void): Code {
    this.body = [];
    this.#known = new Map();
    write();
    return this.body;
  }

  get #firstVector(): number {
    return FIRST_BASE + this.#layout.inputs.length + 1;
  }

  /** The address of the element of a slot, and what is added to it at once. */
  at(slot: number, width: 1 | 4 | 8): readonly [address: Code, offset: number] {
    const base = this.#base(slot);
    const at = local.get(place[width]);
    return base === undefined ? [at, addressOf(slot)] : [i32.add(local.get(base), at), 0];
  }

  /** The local that has where an operand begins. */
  #base(slot: number): number | undefined {
    const { inputs, output } = this.#layout;
    if (slot >= inputs.length && slot !== output) return undefined;
    let base = this.#bases.get(slot);
    if (base === undefined) {
      base = FIRST_BASE + (slot === output ? inputs.length : slot);
      this.#bases.set(slot, base);
      this.before.push(...local.set(base, i32.load(i32.const(BASES), 4 * slot)));
    }
    return base;
  }

  /** The value of a step in the stage that is written: computed there, or read from where it lies. */
  value(i: number): Value {
    const isUniform = this.#isUniform(i);
    const known = isUniform ? this.#uniform : this.#known;
    let value = known.get(i);
    if (value) return value;
    const body = this.body;
    if (isUniform) this.body = [];
    value = this.#evaluate(i);
    if (isUniform) {
      this.before.push(...this.body);
      this.body = body;
    }
    known.set(i, value);
    return value;
  }

  #isUniform(i: number): boolean {
    const step = this.#steps[i]!;
    if (step.op === 'const') return true;
    if (step.op === 'input') return this.#layout.inputs[step.value]!.isSplat;
    return 'args' in step && !this.#stages.isBetween[i] && step.args.every((arg) => this.#isUniform(arg));
  }

  #evaluate(i: number): Value {
    const step = this.#steps[i]!;
    const { isBetween, stageOf } = this.#stages;
    if (step.op === 'const') {
      const kind = kindOf(step.dtype)!;
      const part = this.new(splat(kind, step.value as number | boolean));
      return { kind, parts: new Array<number>(partsOf(kind)).fill(part) };
    }
    if (step.op === 'input') {
      const { slot, isSplat } = this.#layout.inputs[step.value]!;
      return isSplat ? this.#loadSplat({ slot, dtype: step.dtype }) : this.#load({ slot, dtype: step.dtype });
    }
    if (isBetween[i] || stageOf[i]! < this.stage) {
      const loaded = this.#load(this.#layout.steps[i]!);
      return isMask(loaded.kind) ? loaded : this.as(loaded, kindOf(step.dtype)!);
    }
    const args = (step as { args: readonly number[] }).args.map((arg) => this.value(arg));
    if (step.op === 'cast') return this.as(args[0]!, kindOf(step.dtype)!);
    if (step.op === 'where') {
      const [condition, a, b] = args as [Value, Value, Value];
      const kind = isMask(a.kind) ? condition.kind : a.kind;
      const mask = this.as(condition, widthOf(kind) === 8 ? 'mask64' : 'mask32').parts;
      const [x, y] = [this.as(a, kind).parts, this.as(b, kind).parts];
      const choose = (p: number) => simd('v128.bitselect', local.get(x[p]!), local.get(y[p]!), local.get(mask[p]!));
      return { kind, parts: this.#each([mask, x, y], choose) };
    }
    const { kind } = args[0]!;
    const given = args.map((arg) => this.as(arg, kind).parts);
    const operation = vectorOps[step.op as keyof typeof vectorOps]!;
    const parts = this.#each(given, (p) => operation(kind, ...given.map((own) => local.get(own[p]!)))!);
    const mask = widthOf(kind) === 8 ? 'mask64' : 'mask32';
    return { kind: step.dtype === 'bool' && !isMask(kind) ? mask : kind, parts };
  }

  /** A local for each part; one for all if all that it is made of is the same in all parts. */
  #each(given: readonly (readonly number[])[], code: (p: number) => Code): number[] {
    const isSame = given.every((parts) => parts.every((part) => part === parts[0]));
    const first = isSame ? this.new(code(0)) : undefined;
    return given[0]!.map((_, p) => first ?? this.new(code(p)));
  }

  as({ kind, parts }: Value, to: Kind): Value {
    const path = pathOf(kind, to)!;
    let now = parts;
    for (let i = 1; i < path.length; i++) {
      const isSame = now.every((part) => part === now[0]);
      const code = convert(path[i - 1]!, path[i]!, now);
      const first = isSame ? this.new(code[0]!) : undefined;
      now = code.map((one) => first ?? this.new(one));
    }
    return { kind: to, parts: now };
  }

  /** A new vector. */
  new(code: Code): number {
    const own = this.#firstVector + this.#vectors++;
    this.body.push(...local.set(own, code));
    return own;
  }

  #load({ slot, dtype }: Slot): Value {
    const kind = kindOf(dtype)!;
    const [address, offset] = this.at(slot, bytes[kind]);
    if (!isMask(kind)) {
      const at = (p: number) => [...address, ...access('v128.load', offset + 16 * p)];
      return { kind, parts: Array.from({ length: partsOf(kind) }, (_, p) => this.new(at(p))) };
    }
    const read = this.new(simd('i16x8.extend_low_i8x16', [...address, ...access('v128.load64_zero', offset)]));
    const words = (['i32x4.extend_low_i16x8', 'i32x4.extend_high_i16x8'] as const).map((name) =>
      simd('i32x4.ne', simd(name, local.get(read)), splat('i32', 0)),
    );
    return { kind, parts: words.map((code) => this.new(code)) };
  }

  #loadSplat({ slot, dtype }: Slot): Value {
    const kind = kindOf(dtype)!;
    const load = access(widthOf(kind) === 8 ? 'v128.load64_splat' : 'v128.load32_splat', 0);
    const word = [...local.get(this.#base(slot)!), ...load];
    const low = simd('v128.and', word, splat('i32', 255));
    const part = this.new(isMask(kind) ? simd('i32x4.ne', low, splat('i32', 0)) : word);
    return { kind, parts: new Array<number>(partsOf(kind)).fill(part) };
  }

  store(value: Value, { slot, dtype }: Slot): void {
    const kind = kindOf(dtype)!;
    const { parts } = this.as(value, kind);
    const [address, offset] = this.at(slot, bytes[kind]);
    if (!isMask(kind)) {
      parts.forEach((part, p) => {
        this.body.push(...address, ...local.get(part), ...access('v128.store', offset + 16 * p));
      });
      return;
    }
    const narrow = this.new(simd('i16x8.narrow_i32x4', local.get(parts[0]!), local.get(parts[1]!)));
    const eight = simd('i8x16.narrow_i16x8', local.get(narrow), local.get(narrow));
    const ones = simd('v128.and', eight, splat('i32', 0x01010101));
    this.body.push(...address, ...ones, ...access('v128.store64_lane', offset));
  }
}
