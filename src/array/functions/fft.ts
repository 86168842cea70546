/** Fourier transforms. There is no complex dtype: complex arrays have a last axis of two, the real and the imaginary part. */
import { itemsize, promote } from '../../arrow/dtype.js';
import { ProgramBuilder } from '../../expr/program.js';
import type { Transform } from '../../kernels/fft.js';
import { AUTO_BYTES, type ChunksLike, formatShape, normalizeChunks, shapeOf } from '../../plan/chunks.js';
import { makeElementwise } from '../../plan/elementwise.js';
import { makeFourier } from '../../plan/fourier.js';
import type { Node } from '../../plan/node.js';
import { makePermute } from '../../plan/permute.js';
import { makeRechunk } from '../../plan/rechunk.js';
import { InputError } from '../../util/errors.js';
import { checkAxis } from '../axes.js';
import { ChunkedArray } from '../chunked-array.js';
import { castNode } from '../elementwise.js';
import { floating } from '../matrices.js';
import { align, nodeOf, type Operand } from '../operands.js';

/** What is divided by the length: inverse transforms, both by its root, or forward ones. */
export type FourierNorm = 'backward' | 'ortho' | 'forward';

export interface FourierOptions {
  readonly norm?: FourierNorm;
}

/** Which power of the length forward and inverse transforms are divided by. */
const powers: Readonly<Record<FourierNorm, readonly [number, number]>> = {
  backward: [0, 1],
  ortho: [0.5, 0.5],
  forward: [1, 0],
};

function transformed(
  transform: Transform,
  x: Operand,
  n: number | undefined,
  axis: number,
  { norm = 'backward' }: FourierOptions,
): ChunkedArray {
  const node = nodeOf(x, transform);
  const shape = shapeOf(node.chunks);
  const isPairs = transform !== 'rfft';
  if (isPairs && (shape.length < 2 || shape.at(-1) !== 2)) {
    throw new InputError(
      `${transform} takes complex numbers, in pairs along a last axis of two, got the shape ${formatShape(shape)}: use array.fft.complex, or rfft for real numbers`,
    );
  }
  const real = isPairs ? shape.slice(0, -1) : shape;
  const at = checkAxis(axis, real.length, transform);
  const length = n ?? (transform === 'irfft' ? 2 * (real[at]! - 1) : real[at]!);
  if (!Number.isInteger(length) || length < 1) {
    throw new InputError(
      `${transform} takes an integer of 1 or more for n, got ${length} along axis ${at} of ${formatShape(real)}`,
    );
  }
  if (!Object.hasOwn(powers, norm)) {
    throw new InputError(`${transform} takes one of ${Object.keys(powers).join(', ')} for norm, got ${String(norm)}`);
  }
  const input = makeRechunk(node, wholeAlong(node, at, isPairs));
  const scale = length ** -powers[norm][transform.startsWith('i') ? 1 : 0];
  const count = transform === 'rfft' ? Math.floor(length / 2) + 1 : length;
  const extents = input.chunks.slice(0, real.length).map((own, i) => (i === at ? [count] : own));
  const chunks = transform === 'irfft' ? extents : [...extents, [2]];
  const dtype = floating(node.dtype);
  return new ChunkedArray(makeFourier({ transform, axis: at, n: length, scale, dtype }, input, chunks));
}

/** The cut in which an axis is one chunk; where chunks get too large by that, the other axes are cut anew. */
function wholeAlong(node: Node, axis: number, isPairs: boolean) {
  const shape = shapeOf(node.chunks);
  const isWhole = (at: number) => at === axis || (isPairs && at === shape.length - 1);
  const kept = node.chunks.map((extents, at) => (isWhole(at) ? [shape[at]!] : extents));
  const bytes = kept.reduce((product, extents) => product * Math.max(...extents), itemsize(node.dtype));
  if (!(bytes > 2 * AUTO_BYTES)) return kept;
  const wanted: ChunksLike = kept.map((_, at) => (isWhole(at) ? -1 : 'auto'));
  return normalizeChunks(wanted, shape, node.dtype);
}

export const fft = {
  /**
   * Complex numbers of their real and imaginary parts, which are 0 unless told: an array with one axis more, of two.
   *
   * @example
   * (await array.fft.complex([1, 2], [3, 4]).compute()).toArray(); // [[1, 3], [2, 4]]
   */
  complex(re: Operand, im: Operand = 0): ChunkedArray {
    const given = [nodeOf(re, 'complex'), nodeOf(im, 'complex')];
    const dtype = given.reduce(
      (known, node) => promote(known, node.chunks.length === 0 ? 'bool' : node.dtype),
      given[0]!.dtype,
    );
    const { chunks, aligned } = align(
      given.map((node) => castNode(node, floating(dtype))),
      'complex',
    );
    const ndim = chunks.length;
    const builder = new ProgramBuilder();
    const isReal = builder.call('equal', builder.index(ndim), builder.constant(0, 'int64'));
    const program = builder.build(
      builder.call('where', isReal, builder.input(0, floating(dtype)), builder.input(1, floating(dtype))),
    );
    const columns = aligned.map((node) => makePermute(node, [...node.chunks.keys(), null]));
    const axes = aligned.map((node) => [...node.chunks.map((_, axis) => axis + ndim - node.chunks.length), -1]);
    return new ChunkedArray(makeElementwise({ program, axes }, columns, [...chunks, [2]]));
  },

  /**
   * The discrete Fourier transform of complex numbers along an axis, the last before the pairs unless told, of any length
   * `n`: what is longer is cut, what is shorter filled up with zeros. The axis becomes one chunk. float32 stays float32. Raises
   * {@link InputError} for an array that has no pairs.
   *
   * @example
   * const z = array.fft.fft(array.fft.complex([1, 0, 0, 0]));
   * (await z.compute()).toArray(); // [[1, 0], [1, 0], [1, 0], [1, 0]]
   */
  fft: (x: Operand, n?: number, axis = -1, options: FourierOptions = {}): ChunkedArray =>
    transformed('fft', x, n, axis, options),

  /** The inverse of {@link fft}, divided by the length. */
  ifft: (x: Operand, n?: number, axis = -1, options: FourierOptions = {}): ChunkedArray =>
    transformed('ifft', x, n, axis, options),

  /**
   * The Fourier transform of real numbers, of which the other half would be the conjugate: n / 2 + 1 complex numbers, rounded
   * down.
   *
   * @example
   * array.fft.rfft(array.ones([3, 10])).shape; // [3, 6, 2]
   */
  rfft: (x: Operand, n?: number, axis = -1, options: FourierOptions = {}): ChunkedArray =>
    transformed('rfft', x, n, axis, options),

  /** The inverse of {@link rfft}: real numbers, twice as many less two unless told. */
  irfft: (x: Operand, n?: number, axis = -1, options: FourierOptions = {}): ChunkedArray =>
    transformed('irfft', x, n, axis, options),
};
