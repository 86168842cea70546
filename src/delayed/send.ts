import { type Shipped, ship } from '../shipping/ship.js';
import { warn } from '../util/warnings.js';

/** A function as it is sent, with a process warning for what may surprise: closures that come apart, much data. */
export function sendable(fn: unknown): Shipped {
  const shipped = ship(fn);
  for (const warning of shipped.warnings) warn('UserWarning', `${shipped.name}: ${warning}`);
  return shipped;
}

/** What is said of a lazy value that a function captures, as it cannot be waited for there. */
export const capturedLazily = 'it is a lazy value: give it as an argument, where its result takes its place';
