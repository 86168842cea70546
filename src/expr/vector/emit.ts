/** The WebAssembly of a program: a function that evaluates it for the `n` elements of a tile, from slots to slots. */
import { onesThenZeros } from '../../kernels/tiles.js';
import {
  assemble,
  type Code,
  call,
  type FunctionSpec,
  i32,
  local,
  loopWhile,
  times,
  when,
} from '../../kernels/wasm/assembler.js';
import { access, halves, lane, type Opcode, shuffle, simd } from '../../kernels/wasm/simd.js';
import type { Program, Step } from '../program.js';
import { GROUP, partsOf, splat, widthOf } from './lanes.js';
import type { VectorReducer } from './reducers.js';
import type { Stages } from './stages.js';
import { type Layout, N, P, P4, P8, type Value, Values } from './values.js';

export interface Reduction {
  readonly reducer: VectorReducer;
  /** To one cell, which is what the function gives, or to the cells of the output, one for each element. */
  readonly to: 'one' | 'cells';
}

export function emit(program: Program, stages: Stages, layout: Layout, reduction?: Reduction): Uint8Array<ArrayBuffer> {
  const emitter = new Emitter(program, stages, layout, reduction);
  return emitter.module();
}

class Emitter {
  readonly #steps: readonly Step[];
  readonly #stages: Stages;
  readonly #layout: Layout;
  readonly #reduction: Reduction | undefined;
  readonly #values: Values;
  #accumulators: readonly number[] = [];

  constructor({ steps }: Program, stages: Stages, layout: Layout, reduction: Reduction | undefined) {
    this.#steps = steps;
    this.#stages = stages;
    this.#layout = layout;
    this.#reduction = reduction;
    this.#values = new Values(steps, stages, layout);
  }

  module(): Uint8Array<ArrayBuffer> {
    const { between, count, stageOf } = this.#stages;
    const last = this.#steps.length - 1;
    const isOne = this.#reduction?.to === 'one';
    const body: number[] = [];
    if (isOne) this.#startAccumulators();
    for (let stage = 0; stage < count; stage++) {
      const isLast = stageOf[last] === stage;
      this.#values.stage = stage;
      body.push(...this.#loop(isLast));
      between.forEach((one, i) => {
        if (one.stage === stage) body.push(...call(i, local.get(N)));
      });
    }
    if (isOne) body.push(...this.#values.written(() => this.#join(this.#reduction!.reducer)));
    const { before, locals } = this.#values;
    const run: FunctionSpec = {
      name: 'run',
      params: ['i32'],
      results: isOne ? ['f64'] : [],
      locals,
      body: [...before, ...body],
    };
    return assemble(
      [run],
      between.map((_, i) => ({ name: `f${i}`, params: ['i32'], results: [] })),
    );
  }

  /** One stage: the elements in groups, of which a reduction to one cell cuts the last. */
  #loop(isLast: boolean): Code {
    const isCut = isLast && this.#reduction?.to === 'one';
    const whole = this.#values.written(() => this.#group(isLast, false));
    if (whole.length === 0) return [];
    const cut = isCut ? this.#values.written(() => this.#group(isLast, true)) : [];
    const places = [...local.set(P4, times(local.get(P), 2)), ...local.set(P8, times(local.get(P), 3))];
    const next = i32.add(local.get(P), i32.const(GROUP));
    const isInside = i32.less(local.get(P), local.get(N));
    const isWhole = i32.less(next, i32.add(local.get(N), i32.const(1)));
    return [
      ...local.set(P, i32.const(0)),
      ...loopWhile(isCut ? isWhole : isInside, places, whole, local.set(P, next)),
      ...(isCut ? when(isInside, places, cut) : []),
    ];
  }

  #group(isLast: boolean, isCut: boolean): void {
    const { between, stageOf, isStored } = this.#stages;
    this.#steps.forEach((_, i) => {
      if (isStored[i] && stageOf[i] === this.#values.stage)
        this.#values.store(this.#values.value(i), this.#layout.steps[i]!);
    });
    for (const { step, math, stage } of between) {
      if (!math || stage !== this.#values.stage) continue;
      const [arg] = (this.#steps[step] as { args: readonly number[] }).args;
      this.#values.store(this.#values.as(this.#values.value(arg!), 'f64'), this.#layout.steps[step]!);
    }
    if (!isLast) return;
    const last = this.#steps.length - 1;
    if (this.#reduction) this.#reduce(this.#values.value(last), this.#reduction, isCut);
    else if (!this.#isInOutput(last)) {
      this.#values.store(this.#values.value(last), { slot: this.#layout.output, dtype: this.#steps[last]!.dtype });
    }
  }

  #isInOutput(step: number): boolean {
    const place = this.#layout.steps[step];
    return this.#stages.isBetween[step] === true && place?.slot === this.#layout.output;
  }

  #reduce(value: Value, { reducer, to }: Reduction, isCut: boolean): void {
    const { kind, initial } = reducer;
    const { parts } = this.#values.as(value, kind);
    const width = widthOf(kind);
    parts.forEach((part, p) => {
      if (to === 'cells') {
        const [address, offset] = this.#values.at(this.#layout.output, width);
        const old = this.#values.new([...address, ...access('v128.load', offset + 16 * p)]);
        const taken = reducer.step(local.get(old), local.get(part));
        this.#values.body.push(...address, ...taken, ...access('v128.store', offset + 16 * p));
        return;
      }
      let taken = part;
      if (isCut) {
        // Ones for the elements that are left.
        const left = times(i32.sub(local.get(N), local.get(P)), width === 8 ? 3 : 2);
        const from = i32.sub(i32.const(onesThenZeros(0)), left);
        const mask = [...from, ...access('v128.load', 16 * p)];
        taken = this.#values.new(simd('v128.bitselect', local.get(part), splat(kind, initial), mask));
      }
      const own = this.#accumulators[p]!;
      this.#values.body.push(...local.set(own, reducer.step(local.get(own), local.get(taken))));
    });
  }

  /** The accumulators become one, its lanes a float64. */
  #join({ kind, step }: VectorReducer): void {
    const take = (a: number, b: Code) => this.#values.new(step(local.get(a), b));
    let all = this.#accumulators.reduce((a, b) => take(a, local.get(b)));
    all = take(all, halves(local.get(all), local.get(all), 1, 1));
    if (widthOf(kind) === 4) all = take(all, shuffle(local.get(all), local.get(all), secondWord));
    this.#values.body.push(...ends[kind as 'f64'](local.get(all)));
  }

  #startAccumulators(): void {
    const { kind, initial } = this.#reduction!.reducer;
    this.#accumulators = Array.from({ length: partsOf(kind) }, () => this.#values.variable(splat(kind, initial)));
  }
}

const secondWord = Array.from({ length: 16 }, (_, i) => 4 + (i % 4));

/** The first lane as a float64. */
const first = (name: Opcode, vector: Code, ...to: number[]): Code => [...lane(name, vector, 0), ...to];
const ends = {
  f64: (vector: Code) => first('f64x2.extract_lane', vector),
  f32: (vector: Code) => first('f32x4.extract_lane', vector, 0xbb),
  i32: (vector: Code) => first('i32x4.extract_lane', vector, 0xb7),
};
