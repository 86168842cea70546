/** Evaluates programs over walks: by vectors where that pays, else by one generated loop. */
import type { DTypeArray } from '../arrow/dtype.js';
import { type LoopOptions, preparedLoop } from './compile.js';
import { coalesced, type Layout } from './layout.js';
import type { Program } from './program.js';
import { preparedVector } from './vector/run.js';

/** Walks of fewer elements do not repay the compilation of vectors. */
const FEW = 4096;

/**
 * What evaluates the program over a walk, with what is in the arrays each time that it is called. The first operand of the
 * walk is the output; where the program reduces, that holds what was before.
 */
export function prepared(
  program: Program,
  layout: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  options: LoopOptions = {},
): () => void {
  if (layout.extents.includes(0)) return () => {};
  // Loops are the axes where the program asks which element it is at.
  const asksWhere = program.steps.some(({ op }) => op === 'index');
  const walk = asksWhere ? layout : coalesced(layout);
  const count = walk.extents.reduce((product, extent) => product * extent, 1);
  const vector = !asksWhere && count >= FEW && preparedVector(program, walk, output, inputs, options.reducer);
  return vector || preparedLoop(program, walk, output, inputs, options);
}

export function run(...args: Parameters<typeof prepared>): void {
  prepared(...args)();
}
