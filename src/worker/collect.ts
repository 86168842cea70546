/**
 * Collections on demand, for the sake of shared buffers.
 *
 * V8 counts no SharedArrayBuffer as memory that a collection could free, so dropping gigabytes of them brings none about:
 * 60 buffers of 32 MiB, each dropped at once, leave a process at 1.96 GB until its small JavaScript heap happens to fill.
 * A collection then finds them in 1 to 4 ms where the heap is small (350 ms where it has 3 million objects), and leaves
 * the giving back to a thread of V8, which takes its time; but any collection first waits for that thread, so a minor one
 * right after makes sure, at 8 to 12 GB a second. Every thread that has seen a buffer holds on to it until it has
 * collected for itself. Measured with Node 20, 22 and 24, which do not differ.
 *
 * `gc` is got by a flag at run time, since processes that are not ours to start have no `--expose-gc`.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Threads that were asked to collect have done so when so much time has passed, unless their tasks are long. */
export const COLLECTED_AFTER_MS = 50;

/** At most this share of the time goes into collections that nobody asked for by name ... */
const MOST_SHARE = 0.05;
/** ... unless so many times the allowance has gathered: then time is the lesser worry. */
const MOST_ALLOWANCES = 2;

let gc: ((options?: { readonly type: 'minor' }) => void) | undefined;

/** A full collection in this thread; what it frees is back with the system when this returns. */
export function collectGarbage(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as NonNullable<typeof gc>;
  }
  gc();
  gc({ type: 'minor' });
}

export interface Pressure {
  /** Tells of buffers that this thread has dropped, or soon will have. */
  add(bytes: number): void;
}

/** What V8 does for ordinary buffers: a collection when more than `allowanceBytes` may have been dropped since the last. */
export function bufferPressure(
  allowanceBytes: number,
  collect: () => void = collectGarbage,
  now: () => number = () => performance.now(),
): Pressure {
  let bytes = 0;
  let notBefore = Number.NEGATIVE_INFINITY;
  return {
    add(dropped) {
      bytes += dropped;
      if (bytes <= allowanceBytes) return;
      const start = now();
      if (start < notBefore && bytes <= MOST_ALLOWANCES * allowanceBytes) return;
      collect();
      bytes = 0;
      const end = now();
      notBefore = end + (end - start) / MOST_SHARE;
    },
  };
}
