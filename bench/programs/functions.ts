/** Functions that do next to nothing, for measures of everything around them; peers/dask_overhead.py has the same ones. */

export const increment = (x: number): number => x + 1;

export const add = (a: number, b: number): number => a + b;

/** `n` float64 values that rise by one, 8 bytes each. */
export function ramp(n: number, first: number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = first + i;
  return values;
}

export const last = (x: Float64Array): number => x[x.length - 1]!;

/** Whether no divisor below `divisors` goes into `n`, after a sleep of `ms`; and how many ms that took. */
export async function tryNumber(n: number, ms: number, divisors: number): Promise<[isPrime: boolean, ms: number]> {
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  return [passes(n, divisors), performance.now() - start];
}

export function passes(n: number, divisors: number): boolean {
  for (let divisor = 2; divisor < divisors; divisor++) if (n % divisor === 0) return false;
  return true;
}
