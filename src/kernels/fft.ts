/**
 * Discrete Fourier transforms of any length along one axis. Powers of two go through fft.js; other lengths through a
 * convolution of such a length (Bluestein, 1970). Complex numbers lie in pairs along a last axis of two.
 */
import FFT from 'fft.js';
import type { Block } from '../arrow/block.js';
import { type DType, isBig } from '../arrow/dtype.js';
import { fromFloat64, scratch } from './dense.js';

export type Transform = 'fft' | 'ifft' | 'rfft' | 'irfft';

export interface FourierParams {
  readonly transform: Transform;
  readonly axis: number;
  /** The length of the transform: what is longer is cut, what is shorter filled up with zeros. */
  readonly n: number;
  /** What the results are multiplied by. */
  readonly scale: number;
  readonly dtype: DType;
}

/** What goes in and comes out: complex or real, and whether it is half of a spectrum, whose other half is its conjugate. */
const forms = {
  fft: { isReal: false, isInverse: false, isHalf: false },
  ifft: { isReal: false, isInverse: true, isHalf: false },
  rfft: { isReal: true, isInverse: false, isHalf: true },
  irfft: { isReal: true, isInverse: true, isHalf: true },
} as const;

/** Takes pairs to pairs without scaling, forwards. */
type Forward = (out: Float64Array, data: Float64Array) => void;

export function fourier({ transform, axis, n, scale, dtype }: FourierParams, block: Block<DType>): Block<DType> {
  const { isReal, isInverse, isHalf } = forms[transform];
  const half = Math.floor(n / 2) + 1;
  const isPairsIn = !(isReal && !isInverse);
  const isPairsOut = !(isReal && isInverse);
  const [stepIn, stepOut] = [isPairsIn ? 2 : 1, isPairsOut ? 2 : 1];
  const shape = isPairsIn ? block.shape.slice(0, -1) : block.shape;
  const length = shape[axis]!;
  const count = isHalf && !isInverse ? half : n;
  const outer = shape.slice(0, axis).reduce((size, extent) => size * extent, 1);
  const inner = shape.slice(axis + 1).reduce((size, extent) => size * extent, 1);
  const source = (
    isBig(block.dtype) ? Float64Array.from(block.data as BigInt64Array, Number) : block.data
  ) as Float64Array;
  const values = scratch(outer * count * inner * stepOut);
  const forward = forwardFor(n);
  const [line, spectrum] = [scratch(2 * n), scratch(2 * n)];
  const given = Math.min(length, isHalf && isInverse ? half : n);
  // An inverse transform is a forward one with real and imaginary parts exchanged before and after.
  const [re, im] = isInverse ? [1, 0] : [0, 1];
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      line.fill(0);
      for (let i = 0; i < given; i++) {
        const at = ((o * length + i) * inner + k) * stepIn;
        line[2 * i + re] = source[at]!;
        if (isPairsIn) line[2 * i + im] = source[at + 1]!;
      }
      if (isHalf && isInverse) mirror(line, n, re, im);
      forward(spectrum, line);
      for (let i = 0; i < count; i++) {
        const at = ((o * count + i) * inner + k) * stepOut;
        values[at] = spectrum[2 * i + re]! * scale;
        if (isPairsOut) values[at + 1] = spectrum[2 * i + im]! * scale;
      }
    }
  }
  const extents = shape.map((extent, at) => (at === axis ? count : extent));
  return fromFloat64(dtype, isPairsOut ? [...extents, 2] : extents, values);
}

/** The spectrum of a real signal from its half; what would be imaginary in the mean and at the highest frequency does not count. */
function mirror(line: Float64Array, n: number, re: number, im: number): void {
  line[im] = 0;
  if (n % 2 === 0) line[n + im] = 0;
  for (let i = 1; i < n / 2; i++) {
    line[2 * (n - i) + re] = line[2 * i + re]!;
    line[2 * (n - i) + im] = -line[2 * i + im]!;
  }
}

const known = new Map<number, Forward>();
/** Tables of so many lengths are kept. */
const MOST_KNOWN = 16;

function forwardFor(n: number): Forward {
  let forward = known.get(n);
  if (forward) return forward;
  if (known.size === MOST_KNOWN) known.clear();
  forward = n === 1 ? (out, data) => out.set(data) : (n & (n - 1)) === 0 ? radixTwo(n) : bluestein(n);
  known.set(n, forward);
  return forward;
}

function radixTwo(n: number): Forward {
  const fft = new FFT(n);
  return (out, data) => fft.transform(out, data);
}

/** By x_j w_j convolved with the conjugate of w, where w_j = exp(-pi i j^2 / n). */
function bluestein(n: number): Forward {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const fft = new FFT(size);
  const chirp = scratch(2 * n);
  const kernel = scratch(2 * size);
  for (let j = 0; j < n; j++) {
    // j^2 modulo 2n, so that the angle is exact.
    const angle = (Math.PI * ((j * j) % (2 * n))) / n;
    chirp[2 * j] = Math.cos(angle);
    chirp[2 * j + 1] = -Math.sin(angle);
    for (const at of [j, (size - j) % size]) {
      kernel[2 * at] = Math.cos(angle);
      kernel[2 * at + 1] = Math.sin(angle);
    }
  }
  const kernelSpectrum = scratch(2 * size);
  fft.transform(kernelSpectrum, kernel);
  const [padded, spectrum] = [scratch(2 * size), scratch(2 * size)];
  return (out, data) => {
    padded.fill(0);
    multiply(padded, data, chirp, n);
    fft.transform(spectrum, padded);
    multiply(spectrum, spectrum, kernelSpectrum, size);
    fft.inverseTransform(padded, spectrum);
    multiply(out, padded, chirp, n);
  };
}

/** Products of complex numbers. */
function multiply(out: Float64Array, x: Float64Array, y: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i += 2) {
    const re = x[i]! * y[i]! - x[i + 1]! * y[i + 1]!;
    out[i + 1] = x[i]! * y[i + 1]! + x[i + 1]! * y[i]!;
    out[i] = re;
  }
}
