/** Numbers in equal steps, as NumPy computes each of them. */

import { castElement, checkDType, type DType, dtypeOfValue, isInteger, promoteAll } from '../arrow/dtype.js';
import type { ProgramBuilder } from '../expr/program.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { ChunkedArray } from './chunked-array.js';
import { type CreateOptions, generated } from './generated.js';

/**
 * `arange`. Its step is the difference of the first two elements in the dtype of the result, from which the others follow
 * (`PyArray_Arange` and the dtypes' `fill`).
 */
export function rangeNode(start: number, stop: number, step: number, options: CreateOptions): ChunkedArray {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (step === 0 || !Number.isSafeInteger(length)) {
    throw new InputError(`arange: from ${start} to ${stop} there is no number of steps of ${step}`);
  }
  const dtype = checkDType(options.dtype ?? promoteAll([start, stop, step].map(dtypeOfValue)));
  if (dtype === 'bool' && length > 2) {
    throw new InputError(`arange has two bools at most, and from ${start} to ${stop} are ${length} steps of ${step}`);
  }
  const to: DType = dtype === 'bool' ? 'int64' : dtype;
  const [first, second] = [castElement(start, to), castElement(start + step, to)];
  const delta = castElement(
    typeof first === 'bigint' ? (second as bigint) - first : (second as number) - (first as number),
    to,
  );
  return generated(length, { ...options, dtype }, 'arange', (builder) => {
    const walked = builder.call('multiply', builder.cast(builder.index(0), to), builder.constant(delta, to));
    const value = builder.call('add', walked, builder.constant(first, to));
    // Rounding can make of the difference a step that does not lead back.
    const again = castElement((first as number) + (delta as number), to);
    if (isInteger(to) || again === second) return value;
    const isSecond = builder.call('equal', builder.index(0), builder.constant(1, 'int64'));
    return builder.call('where', isSecond, builder.constant(second, to), value);
  });
}

export interface SpaceOptions extends CreateOptions {
  /** Whether the last number is `stop` (default true). */
  readonly endpoint?: boolean;
}

/** What becomes of `num` numbers in equal steps, which are `linspace`'s. */
export function spaced(
  start: number,
  stop: number,
  num: number,
  { endpoint = true, dtype = 'float64', ...options }: SpaceOptions,
  who: string,
  become: (builder: ProgramBuilder, value: number) => number,
): ChunkedArray {
  if (typeof start !== 'number' || typeof stop !== 'number') {
    throw new InputError(`${who} takes numbers to start and to stop at, got ${describe(start)} and ${describe(stop)}`);
  }
  if (!Number.isInteger(num) || num < 0) {
    throw new InputError(`${who} makes a number of elements that is an integer of 0 or more, got ${describe(num)}`);
  }
  const to = checkDType(dtype);
  const parts = endpoint ? num - 1 : num;
  const delta = stop - start;
  const step = delta / parts;
  return generated(num, { ...options, dtype: to }, who, (builder) => {
    const float = (x: number) => builder.constant(x, 'float64');
    const at = builder.cast(builder.index(0), 'float64');
    // A step that is too small for a number is made of each product.
    const walked =
      parts === 0
        ? builder.call('multiply', at, float(delta))
        : step === 0
          ? builder.call('multiply', builder.call('divide', at, float(parts)), float(delta))
          : builder.call('multiply', at, float(step));
    const value = builder.call('add', walked, float(start));
    const isLast = builder.call('equal', builder.index(0), builder.constant(num - 1, 'int64'));
    const ended = endpoint && num > 1 ? builder.call('where', isLast, float(stop), value) : value;
    const became = become(builder, ended);
    return isInteger(to) && who === 'linspace' ? builder.call('floor', became) : became;
  });
}
