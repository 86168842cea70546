/** What both primes programs do with a number, and how they are called. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a number is prime, by trial division, after a sleep of up to a second. */
export async function slowIsPrime(n: number): Promise<boolean> {
  await sleep(1000 * Math.random());
  if (n === 1) return false;
  for (let factor = 2; factor <= n / 2; factor++) if (n % factor === 0) return false;
  return true;
}

/** The arguments `MIN MAX` of the command line; ends the program with a sentence where they are none. */
export function rangeOf(args: readonly string[]): readonly [min: number, max: number] {
  const [min, max] = args.map(Number) as [number, number];
  if (args.length === 2 && Number.isSafeInteger(min) && Number.isSafeInteger(max) && 0 < min && min <= max)
    return [min, max];
  console.error(
    `primes: give two whole numbers, the first and the end of a range, got: ${args.join(' ') || 'nothing'}`,
  );
  process.exit(2);
}
