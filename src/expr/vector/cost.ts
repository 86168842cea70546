/**
 * Whether vectors pay: they compute faster than a loop, but only after their operands are copied to memory that
 * WebAssembly has. Nanoseconds an element, as they were measured with Node 20 on one core; only their ratios matter.
 */
import { itemsize } from '../../arrow/dtype.js';
import { type Program, resultOf } from '../program.js';
import type { Between } from './stages.js';

/** To copy a byte. */
const COPIED = 0.1;
/** What a step of an operation saves: in a loop float32 is rounded by instructions of its own. */
const SAVED = { float32: 0.4, float64: 0.15 } as const;
/** More for those that a loop waits for. */
const slow: ReadonlySet<string> = new Set(['divide', 'sqrt', 'reciprocal', 'floor', 'ceil', 'trunc', 'rint', 'sign']);
const SAVED_SLOW = 1.5;

/** `isCopied` says which inputs are copied more than once in a while. */
export function pays(
  program: Program,
  between: readonly Between[],
  isCopied: (input: number) => boolean,
  isStored: boolean,
): boolean {
  if (between.some(({ math }) => math)) return true;
  if (between.length > 0) return false;
  let saved = 0;
  let copied = isStored ? itemsize(resultOf(program)) : 0;
  for (const step of program.steps) {
    if (step.op === 'input') copied += isCopied(step.value) ? itemsize(step.dtype) : 0;
    else if (step.op !== 'const')
      saved += (SAVED[step.dtype as 'float32'] ?? 0.3) + (slow.has(step.op) ? SAVED_SLOW : 0);
  }
  return saved > COPIED * copied || (copied === 0 && program.steps.length > 0);
}
