/** Kernels of vectors, compiled once for each program and form. */
import type { DType, DTypeArray } from '../../arrow/dtype.js';
import { slotOf, TILE_SLOTS, tileModule } from '../../kernels/tiles.js';
import { applyToSlot } from '../../kernels/transcendental.js';
import { compileModule } from '../../kernels/wasm/instance.js';
import { runLoop } from '../compile.js';
import { type Program, ProgramBuilder, programToken, resultOf, type Step } from '../program.js';
import type { ReducerName } from '../reducers.js';
import { emit, type Reduction } from './emit.js';
import { kindOf } from './lanes.js';
import { vectorReducer } from './reducers.js';
import { type Stages, stagesOf } from './stages.js';
import type { Layout, Slot } from './values.js';

/** What is done with the values of a tile: stored, reduced to one cell or to one for each column, or left to a loop. */
export type Mode = 'map' | 'one' | 'cells' | 'values';

export interface Form {
  readonly mode: Mode;
  readonly reducer?: ReducerName;
  /** Which inputs are the same for all elements of a tile. */
  readonly splat: readonly boolean[];
}

export interface VectorKernel {
  /** The slots of the inputs that are used, and of the result. */
  readonly inputs: readonly (DTypeArray | undefined)[];
  readonly output: DTypeArray;
  readonly outputDType: DType;
  /** The place of the output among {@link basesOf}, which begin with those of the inputs. */
  readonly outputBase: number;
  /** Whether operands may lie elsewhere than in their slots, as loops between stages read those. */
  readonly isMovable: boolean;
  /** Evaluates the first `n` values; what they come to where it reduces to one. */
  readonly run: (n: number) => number;
}

const kernels = new Map<string, VectorKernel | undefined>();

/** The kernel of a program; undefined if it needs more slots than there are, or does nothing that vectors have. */
export function vectorKernel(program: Program, form: Form): VectorKernel | undefined {
  const token = `${form.mode}/${form.reducer ?? ''}/${form.splat.map(Number).join('')}/${programToken(program)}`;
  if (!kernels.has(token)) kernels.set(token, compile(program, form));
  return kernels.get(token);
}

function compile(program: Program, { mode, reducer, splat }: Form): VectorKernel | undefined {
  const stages = stagesOf(program);
  const result = resultOf(program);
  const last = program.steps.at(-1)!.op;
  if ((last === 'input' || last === 'const') && !kindOf(result)) return undefined;
  const layout = layoutOf(program, stages, splat, mode);
  if (layout.output >= TILE_SLOTS) return undefined;
  const isReduced = mode === 'one' || mode === 'cells';
  const reduction: Reduction | undefined = isReduced
    ? { reducer: vectorReducer(reducer!, result)!, to: mode }
    : undefined;
  const functions = stages.between.map(({ step, math }) => {
    const own = layout.steps[step]!;
    return math ? (n: number) => applyToSlot(math, own.slot, n) : loopOf(program, layout, step, own);
  });
  const code = emit(program, stages, layout, reduction);
  const imports = Object.fromEntries(functions.map((f, i) => [`f${i}`, f]));
  const { run } = compileModule<{ run: (n: number) => number }>(code, { ...imports, memory: tileModule().memory });
  const isRead = (input: number) => program.steps.some((step) => step.op === 'input' && step.value === input);
  const outputDType = mode === 'cells' && reduction!.reducer.kind === 'f64' ? 'float64' : result;
  return {
    inputs: program.inputs.map((dtype, i) => (isRead(i) ? slotOf(dtype, layout.inputs[i]!.slot) : undefined)),
    output: slotOf(outputDType, layout.output),
    outputDType,
    outputBase: layout.output,
    isMovable: stages.between.every(({ math }) => math) && !layout.steps.some((own) => own?.slot === layout.output),
    run,
  };
}

/** Slots for inputs, for what lies between stages, and at last for the result. */
function layoutOf(
  { inputs, steps }: Program,
  { between, isStored }: Stages,
  splat: readonly boolean[],
  mode: Mode,
): Layout {
  let slot = inputs.length;
  const slots: (Slot | undefined)[] = steps.map(({ dtype }, i) => (isStored[i] ? { slot: slot++, dtype } : undefined));
  const last = steps.length - 1;
  const isLeft = mode === 'map' || mode === 'values';
  let isResult = false;
  for (const { step, math } of between) {
    const own = steps[step]!.dtype;
    const dtype = math ? 'float64' : own;
    // The last step, computed over the whole tile, is the result where it lies.
    if (step === last && isLeft && dtype === own) isResult = true;
    else slots[step] = { slot: slot++, dtype };
  }
  const output = slot;
  if (isResult) slots[last] = { slot: output, dtype: steps[last]!.dtype };
  return { inputs: inputs.map((_, i) => ({ slot: i, isSplat: splat[i]! })), steps: slots, output };
}

/** The loop of one step over what lies in slots. */
function loopOf({ steps }: Program, layout: Layout, step: number, own: Slot): (n: number) => void {
  const { op, args } = steps[step] as Extract<Step, { args: readonly number[] }>;
  const builder = new ProgramBuilder();
  const arrays: DTypeArray[] = [];
  const strides: number[][] = [[1]];
  const given = args.map((arg) => {
    const of = steps[arg]!;
    if (of.op === 'const') return builder.constant(of.value, of.dtype);
    const input = of.op === 'input' ? layout.inputs[of.value]! : undefined;
    const place: Slot = input ? { slot: input.slot, dtype: of.dtype } : layout.steps[arg]!;
    arrays.push(slotOf(place.dtype, place.slot));
    strides.push([input?.isSplat ? 0 : 1]);
    return builder.cast(builder.input(arrays.length - 1, place.dtype), of.dtype);
  });
  const result = op === 'cast' ? builder.cast(given[0]!, own.dtype) : builder.call(op, ...given);
  const program = builder.build(result);
  const output = slotOf(own.dtype, own.slot);
  return (n) => runLoop(program, { extents: [n], strides }, output, arrays);
}
