/** Numbers to places on a picture. */
export interface Axis {
  readonly ticks: readonly number[];
  /** The pixel of a number. */
  at(value: number): number;
}

/** Equal factors are equal lengths; ticks are the powers of two around 1, `least` and `most`. */
export function logAxis(least: number, most: number, from: number, to: number): Axis {
  const low = Math.min(0, Math.floor(Math.log2(least)));
  const steps = Math.max(1, Math.ceil(Math.log2(most))) - low;
  return {
    ticks: Array.from({ length: steps + 1 }, (_, i) => 2 ** (low + i)),
    at: (value) => from + ((to - from) * (Math.log2(value) - low)) / steps,
  };
}

/** From 0 to at least `most`, with a tick at every `step`. */
export function linearAxis(most: number, step: number, from: number, to: number): Axis {
  // Not to need one more step for the last bit of a sum.
  const steps = Math.max(1, Math.ceil(most / step - 1e-9));
  return {
    ticks: Array.from({ length: steps + 1 }, (_, i) => i * step),
    at: (value) => from + ((to - from) * value) / (steps * step),
  };
}
