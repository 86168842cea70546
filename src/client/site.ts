/** Where in the user's program something was asked for. */
import { placesOf } from '../shipping/stack.js';

const own = placesOf(new URL('../', import.meta.url));

/** As many frames as tell the user's own from those of libraries that lie between. */
const framesKept = 8;

/** Something whose `stack` is what called `caller`; it is written out only when somebody reads it. */
// biome-ignore lint/suspicious/noExplicitAny: any function will do
export function callSite(caller: ((...args: any[]) => unknown) | undefined): CallSite {
  const site = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = framesKept;
  Error.captureStackTrace(site, caller);
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}

export interface CallSite {
  readonly stack?: string;
}

const isOurs = (line: string): boolean => own.some((place) => line.includes(place));
const isNodes = (line: string): boolean => /\(?node:/.test(line);

/** The lines of the user's program, the innermost first; the innermost whatever it is where there are none. */
export function linesOf({ stack = '' }: CallSite): readonly string[] {
  const lines = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  const own = lines.filter((line) => !isOurs(line) && !isNodes(line));
  return own.length > 0 ? own.slice(0, 3) : lines.slice(0, 1);
}
