import { inspect } from 'node:util';
import { type Block, sizeOf } from '../arrow/block.js';
import type { ArrayOf, DType, Element } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';
import { loadTensorFlow, type TensorLike, tensorOf } from './tensors.js';

/** Arrays in arrays, as deep as the shape is long. */
export type Nested = Element | readonly Nested[];

/**
 * An array in memory: what {@link ChunkedArray} computes to. Its elements lie in one typed array in C order; those of int64
 * and uint64 are BigInts, those of bool the bytes 0 and 1 in `data` and booleans one by one.
 *
 * @example
 * const x = await array.fromArray([[0n, 1n, 2n], [3n, 4n, 5n]]).compute();
 * x.toArray(); // [[0n, 1n, 2n], [3n, 4n, 5n]]
 */
export class NDArray<D extends DType = DType> implements Block<D> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf<D>;

  constructor({ dtype, shape, data }: Block<D>) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  get ndim(): number {
    return this.shape.length;
  }

  get size(): number {
    return this.data.length;
  }

  /** One element; negative indices count from the end. Raises {@link InputError} for a place that does not exist. */
  get(...index: readonly number[]): Element {
    if (index.length !== this.ndim) {
      throw new InputError(`an element of ${this.ndim} axes has as many indices, got ${index.length}`);
    }
    let at = 0;
    index.forEach((i, axis) => {
      const extent = this.shape[axis]!;
      if (!Number.isInteger(i) || i < -extent || i >= extent) {
        throw new InputError(`index ${i} is out of bounds for axis ${axis} of ${extent} elements`);
      }
      at = at * extent + (i < 0 ? i + extent : i);
    });
    return elementAt(this, at);
  }

  /** The only element. Raises {@link InputError} for an array of more. */
  item(): Element {
    if (this.size !== 1) throw new InputError(`item takes an array of one element, and this one has ${this.size}`);
    return elementAt(this, 0);
  }

  /** Its elements in arrays in arrays; a bare value for an array without axes. */
  toArray(): Nested {
    return nestedFrom(this, 0, 0, sizeOf(this.shape));
  }

  /**
   * A tensor of TensorFlow.js, on the backend that is set, or else on that of tfjs-node or wasm where it is installed: of
   * float32, to which float64 is rounded, of int32 or bool. Rejects with {@link InputError} for larger integers.
   *
   * @example
   * const x = await array.ones([2, 3]).compute();
   * (await x.toTensor()).shape; // [2, 3]
   */
  async toTensor<T extends TensorLike = TensorLike>(): Promise<T> {
    return tensorOf(await loadTensorFlow(), this) as TensorLike as T;
  }

  [Symbol.for('nodejs.util.inspect.custom')](_: number, options: object): string {
    return `NDArray [${this.shape.join(', ')}] ${this.dtype} ${inspect(this.toArray(), options)}`;
  }
}

// Beside the class, since instances with private members could not be captured by functions that are sent to workers.
function nestedFrom(array: NDArray, axis: number, at: number, size: number): Nested {
  if (axis === array.ndim) return elementAt(array, at);
  const extent = array.shape[axis]!;
  const step = extent === 0 ? 0 : size / extent;
  return Array.from({ length: extent }, (_, i) => nestedFrom(array, axis + 1, at + i * step, step));
}

function elementAt({ dtype, data }: NDArray, at: number): Element {
  const value = data[at] as number | bigint;
  return dtype === 'bool' ? value === 1 : value;
}
