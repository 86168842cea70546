/** Running sums and products. */
import { checkDType, type DType, isFloat, kindOf } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { reducers } from '../expr/reducers.js';
import { shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makeScan } from '../plan/scan.js';
import { makeSlice } from '../plan/slice.js';
import { InputError } from '../util/errors.js';
import { checkAxis } from './axes.js';
import { ArrayCore } from './core.js';
import { elementwiseNode } from './operands.js';
import { withoutNaN } from './reduce.js';
import { checkKnown, reshapeNode } from './shape.js';

export interface CumulateOptions {
  readonly dtype?: DType;
}

export function cumulateNode(
  input: Node,
  reducer: 'sum' | 'prod',
  axis: number | undefined,
  { dtype, skipNaN = false }: CumulateOptions & { readonly skipNaN?: boolean } = {},
): Node {
  const who = `${skipNaN ? 'nan' : ''}cum${reducer}`;
  // Without an axis, of all elements in C order.
  const whole = axis === undefined && input.chunks.length !== 1 ? reshapeNode(input, [-1], who) : input;
  const { chunks } = whole;
  const along = checkAxis(axis ?? 0, chunks.length, who);
  const wide = reducers[reducer].accumulator(dtype ?? input.dtype) as 'float64' | 'int64' | 'uint64';
  const to = dtype ? checkDType(dtype) : isFloat(input.dtype) ? input.dtype : wide;
  if (kindOf(to) === 'bool') throw new InputError(`${who} gives numbers: its dtype is not bool`);
  const builder = new ProgramBuilder();
  const element = builder.input(0, input.dtype);
  const counted = skipNaN ? withoutNaN(builder, element, reducer === 'sum' ? 0 : 1) : element;
  const program = builder.build(builder.cast(counted, to));
  const axes = [chunks.map((_, i) => i)];
  return makeScan({ program, axes, scan: { reducer, axis: along, dtype: to, wide } }, [whole], chunks);
}

/** Each element less the one before it along an axis, `n` times; of bools whether they differ. */
export function differenceNode(input: Node, n: number, axis: number): Node {
  const along = checkAxis(axis, input.chunks.length, 'diff');
  if (!Number.isInteger(n) || n < 0) throw new InputError(`diff takes a number of times of 0 or more, got ${n}`);
  checkKnown(input, 'diff');
  let at = input;
  // After as many times as there are elements none is left.
  for (let i = 0; i < Math.min(n, shapeOf(input.chunks)[along]!); i++) {
    const extent = Math.max(0, shapeOf(at.chunks)[along]! - 1);
    const part = (start: number) =>
      new ArrayCore(
        makeSlice(
          at,
          at.chunks.map((_, own) => (own === along ? { start, step: 1, extent } : null)),
        ),
      );
    at = elementwiseNode(at.dtype === 'bool' ? 'notEqual' : 'subtract', [part(1), part(0)], 'diff');
  }
  return at;
}
