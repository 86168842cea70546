/** Running sums and products. */
import { checkDType, type DType, isFloat, kindOf } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { reducers } from '../expr/reducers.js';
import type { Node } from '../plan/node.js';
import { makeScan } from '../plan/scan.js';
import { InputError } from '../util/errors.js';
import { checkAxis } from './axes.js';
import { withoutNaN } from './reduce.js';

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
  const { chunks } = input;
  if (axis === undefined && chunks.length !== 1) {
    throw new InputError(
      `${who} of an array of ${chunks.length} axes goes along one: give it, or ravel the array first`,
    );
  }
  const along = checkAxis(axis ?? 0, chunks.length, who);
  const wide = reducers[reducer].accumulator(dtype ?? input.dtype) as 'float64' | 'int64' | 'uint64';
  const to = dtype ? checkDType(dtype) : isFloat(input.dtype) ? input.dtype : wide;
  if (kindOf(to) === 'bool') throw new InputError(`${who} gives numbers: its dtype is not bool`);
  const builder = new ProgramBuilder();
  const element = builder.input(0, input.dtype);
  const counted = skipNaN ? withoutNaN(builder, element, reducer === 'sum' ? 0 : 1) : element;
  const program = builder.build(builder.cast(counted, to));
  const axes = [chunks.map((_, i) => i)];
  return makeScan({ program, axes, scan: { reducer, axis: along, dtype: to, wide } }, [input], chunks);
}
