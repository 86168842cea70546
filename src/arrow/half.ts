/** Half precision: sign, five bits of exponent, ten of mantissa. There is no dtype of it here; it is read as float32. */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

export const decodeHalves = (bits: Uint16Array, into: Float32Array): void => {
  for (let i = 0; i < bits.length; i++) into[i] = decodeHalf(bits[i]!);
};
