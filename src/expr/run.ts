/** Evaluates programs over walks: by vectors where that pays, else by one generated loop. */
import type { DTypeArray } from '../arrow/dtype.js';
import { runLoop } from './compile.js';
import { coalesced, type Layout } from './layout.js';
import type { Program } from './program.js';
import type { ReducerName } from './reducers.js';
import { runVector } from './vector/run.js';

/** Walks of fewer elements do not repay the compilation of vectors. */
const FEW = 4096;

export interface RunOptions {
  /** Where the block begins in the whole along each axis. */
  readonly origin?: readonly number[];
  readonly reducer?: ReducerName;
}

/** Evaluates the program over a walk whose first operand is the output; where it reduces, the output holds what was before. */
export function run(
  program: Program,
  layout: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  options: RunOptions = {},
): void {
  if (layout.extents.includes(0)) return;
  // Loops are the axes where the program asks which element it is at.
  const asksWhere = program.steps.some(({ op }) => op === 'index');
  const walk = asksWhere ? layout : coalesced(layout);
  const count = walk.extents.reduce((product, extent) => product * extent, 1);
  if (!asksWhere && count >= FEW && runVector(program, walk, output, inputs, options.reducer)) return;
  runLoop(program, walk, output, inputs, options);
}
