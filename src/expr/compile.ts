/**
 * The one place where the text of a kernel becomes code. It is made of operations' names and numbers alone, never of
 * anything that a user wrote.
 */
import type { DTypeArray } from '../arrow/dtype.js';
import { type Form, generate, type Stride } from './generate.js';
import { type Layout, tiledLoop } from './layout.js';
import { type Program, programToken } from './program.js';
import type { ReducerName } from './reducers.js';
import { runtime } from './runtime.js';

type Kernel = (
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  extents: readonly number[],
  strides: Layout['strides'],
  origin: readonly number[],
  fround: typeof Math.fround,
  helpers: typeof runtime,
) => void;

const kernels = new Map<string, Kernel>();

export interface LoopOptions {
  /** Where the block begins in the whole along each axis. */
  readonly origin?: readonly number[];
  readonly reducer?: ReducerName;
}

/** What evaluates the program by one loop over a walk, each time that it is called. */
export function preparedLoop(
  program: Program,
  walk: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  { origin = [], reducer }: LoopOptions = {},
): () => void {
  const tiled = tiledLoop(walk);
  const form: Form = {
    loops: walk.extents.length,
    inner: walk.strides.map((steps) => strideOf(steps.at(-1)!)),
    ...(tiled !== undefined && {
      tiled,
      across: walk.strides.map((steps) => strideOf(steps[tiled]!)),
      isTotal: walk.strides[0]![tiled] === 0,
    }),
    ...(reducer && { reducer, isJammed: tiled === undefined && walk.strides[0]!.at(-2) === 0 }),
  };
  const token = `${form.loops}/${form.inner.join('')}/${tiled ?? ''}${form.across?.join('') ?? ''}/${reducer ?? ''}/${form.isJammed ? 'j' : ''}${form.isTotal ? 't' : ''}/${programToken(program)}`;
  const kernel = kernels.get(token) ?? compile(generate(program, form));
  kernels.set(token, kernel);
  return () => kernel(output, inputs, walk.extents, walk.strides, origin, Math.fround, runtime);
}

export function runLoop(...args: Parameters<typeof preparedLoop>): void {
  preparedLoop(...args)();
}

const strideOf = (step: number): Stride => (step === 0 || step === 1 ? `${step}` : 's');

const compile = (source: string): Kernel => new Function('o', 'a', 'd', 's', 'x', 'F', 'R', source) as Kernel;
