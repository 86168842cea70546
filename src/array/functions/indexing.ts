/** What indices are made of, and choices between arrays. */
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { ChunkedArray } from '../chunked-array.js';
import { ellipsis, newaxis } from '../index-entries.js';
import { elementwiseNode, type Operand } from '../operands.js';

export const indexing = {
  /** A new axis of one element, in an index. */
  newaxis: newaxis as typeof newaxis,

  /** As many whole axes as the other entries of an index leave. */
  ellipsis: ellipsis as typeof ellipsis,

  /**
   * For each element that of the first choice whose condition is true, or of `fallback` where none is; all are broadcast
   * together. Raises {@link InputError} for lists of different lengths and for shapes that do not fit.
   *
   * @example
   * const x = array.arange(5);
   * (await array.select([x.less(2), x.greater(3)], [x, x.multiply(10)], -1).compute()).toArray(); // [0n, 1n, -1n, -1n, 40n]
   */
  select(conditions: readonly Operand[], choices: readonly Operand[], fallback: Operand = 0): ChunkedArray {
    if (!Array.isArray(conditions) || !Array.isArray(choices)) {
      throw new InputError(
        `select takes lists of conditions and of choices, got ${describe(conditions)} and ${describe(choices)}`,
      );
    }
    if (conditions.length !== choices.length || choices.length === 0) {
      throw new InputError(
        `select takes a choice for each condition, got ${conditions.length} conditions and ${choices.length} choices`,
      );
    }
    const chosen = (choices as readonly Operand[]).reduceRight<Operand>(
      (others, choice, i) => new ChunkedArray(elementwiseNode('where', [conditions[i], choice, others], 'select')),
      fallback,
    );
    return chosen as ChunkedArray;
  },
};
