/**
 * Carries out what `memory-policy.ts` decides: looks at a worker's memory as results come and at every tick of a clock,
 * spills, asks for collections, pauses and resumes.
 */
import { formatBytes } from '../util/bytes.js';
import { COLLECTED_AFTER_MS } from './collect.js';
import { decideMemory, type MemoryThresholds } from './memory-policy.js';
import type { Store } from './store.js';

export interface MemoryWatchOptions {
  readonly store: Pick<Store, 'memoryBytes' | 'spill'>;
  readonly limitBytes: number;
  /** What the process had before it held anything (default 0). */
  readonly programBytes?: number;
  readonly thresholds: MemoryThresholds;
  /** Collects in every thread of the worker that sees its data; may end before they have. */
  readonly collect: () => void;
  readonly onPause: (isPaused: boolean) => void;
  readonly processBytes?: () => number;
  readonly now?: () => number;
}

export interface MemoryWatch {
  /** After results of so many bytes came to the store: threads can fill the memory faster than a clock would notice. */
  stored(bytes: number): void;
  /** One look at the process; `start` takes one every {@link TICK_MS}. */
  tick(): void;
  start(): void;
  stop(): void;
  /** What the worker's memory is taken by, for those who wonder why it is paused. */
  describe(): string;
}

/** A look takes 10 µs, and a paused worker should not wait long. */
export const TICK_MS = 50;

/** The process is looked at whenever results of that part of the limit have come. */
const LOOKS_PER_LIMIT = 32;

export function memoryWatch(options: MemoryWatchOptions): MemoryWatch {
  const { store, limitBytes, programBytes = 0, thresholds, collect, onPause } = options;
  const processBytes = options.processBytes ?? (() => process.memoryUsage.rss());
  const now = options.now ?? (() => performance.now());
  let timer: NodeJS.Timeout | undefined;
  let isPaused = false;
  let isSpilling = false;
  /** When the last collection was, if what was found after it has not been acted upon. */
  let collectedAt: number | undefined;
  let unseenBytes = 0;

  const spill = (bytes: number): void => {
    if (isSpilling) {
      store.spill(bytes); // further than the spilling that goes on was to
      return;
    }
    isSpilling = true;
    store.spill(bytes).finally(() => {
      isSpilling = false;
      collect(); // what was let go of is garbage now
      collectedAt = now();
    });
  };

  const decide = (bytes: number, isCollected: boolean) =>
    decideMemory(
      { limitBytes, programBytes, managedBytes: store.memoryBytes, processBytes: bytes, isCollected, isPaused },
      thresholds,
    );

  const watch: MemoryWatch = {
    stored(bytes) {
      unseenBytes += bytes;
      const { spillBytes } = decide(0, false);
      if (spillBytes > 0) spill(spillBytes);
      if (unseenBytes > limitBytes / LOOKS_PER_LIMIT) watch.tick();
    },

    tick() {
      unseenBytes = 0;
      const at = now();
      const isCollected = !isSpilling && collectedAt !== undefined && at - collectedAt >= COLLECTED_AFTER_MS;
      const { spillBytes, collect: wantsCollection, pause, resume } = decide(processBytes(), isCollected);
      if (pause || resume) {
        isPaused = pause;
        onPause(isPaused);
      }
      if (spillBytes > 0) spill(spillBytes);
      if (isCollected)
        collectedAt = undefined; // believed once: garbage may have come since
      else if (wantsCollection && !isSpilling && collectedAt === undefined) {
        collect();
        collectedAt = now();
      }
    },

    start() {
      timer ??= setInterval(watch.tick, TICK_MS).unref();
    },

    stop() {
      clearInterval(timer);
      timer = undefined;
    },

    describe: () =>
      `${formatBytes(processBytes())} of ${formatBytes(limitBytes)} in use, ${formatBytes(store.memoryBytes)} of it by results`,
  };
  return watch;
}
