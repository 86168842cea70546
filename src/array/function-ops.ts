/** Operations of tasks that call functions of the user's for elements. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { castElement, type DType, type Element } from '../arrow/dtype.js';
import { loadedFunction } from '../shipping/registry.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

export interface Generation {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where the block begins in the whole array. */
  readonly origin: readonly number[];
  readonly fns: { readonly fn: string };
}

/** The block of what a function gives for the indices of each element. */
export async function generate({ dtype, shape, origin, fns }: Generation): Promise<Block<DType>> {
  const fn = (await loadedFunction(fns.fn)) as (...place: readonly number[]) => unknown;
  const data = allocate(dtype, sizeOf(shape));
  const place = [...origin];
  for (let i = 0; i < data.length; i++) {
    const value = fn(...place);
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
      throw new InputError(
        `fromFunction takes a function that gives numbers, bigints or booleans, and at [${place.join(', ')}] it gave ${describe(value)}`,
      );
    }
    data[i] = castElement(value as Element, dtype) as never;
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === origin[axis]! + shape[axis]!; axis--) {
      place[axis] = origin[axis]!;
    }
  }
  return { dtype, shape, data };
}
