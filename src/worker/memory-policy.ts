/**
 * What a worker does about its memory, as Dask's workers do: a pure function of a few numbers.
 *
 * Managed bytes are those of the store, process bytes what the system says that the process has. Between them lie the
 * inputs and results of running tasks, the program itself, and garbage: V8 does not count shared buffers as memory that
 * a collection could free, so dropped ones stay until something else brings one about. Process bytes are therefore
 * believed, where they would cost something, only when they were read after a collection; until then one is asked for.
 *
 *     target     managed, on top of the program, above it: least recently used results go to disk, down to it
 *     spill      process above it, after a collection: the same, until the process would be down at `target`
 *     pause      process above it: no task starts; below it they start again
 *     terminate  process above it: the supervisor ends the worker, before the system ends something else
 */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

/** Fractions of the memory limit, or false for a measure that is not to be taken. */
export interface MemoryThresholds {
  readonly target: number | false;
  readonly spill: number | false;
  readonly pause: number | false;
  readonly terminate: number | false;
}

export const defaultThresholds: MemoryThresholds = { target: 0.6, spill: 0.7, pause: 0.8, terminate: 0.95 };

export interface MemoryReading {
  readonly limitBytes: number;
  readonly managedBytes: number;
  /** What the process had before it held anything. */
  readonly programBytes: number;
  readonly processBytes: number;
  /** Whether `processBytes` was read after a collection, and nothing was dropped since. */
  readonly isCollected: boolean;
  readonly isPaused: boolean;
}

export interface MemoryDecision {
  /** So many managed bytes are to leave the memory. */
  readonly spillBytes: number;
  /** A collection is to tell garbage from memory that is needed. */
  readonly collect: boolean;
  readonly pause: boolean;
  readonly resume: boolean;
  readonly terminate: boolean;
}

/** So many bytes of results a worker should have in memory at most. */
export function capacityBytes(
  { limitBytes, programBytes }: Pick<MemoryReading, 'limitBytes' | 'programBytes'>,
  { target }: MemoryThresholds,
): number {
  return target === false ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(target * limitBytes - programBytes));
}

export function decideMemory(reading: MemoryReading, thresholds: MemoryThresholds): MemoryDecision {
  const { managedBytes, processBytes, isCollected, isPaused } = reading;
  const above = (fraction: number | false, bytes: number): number =>
    fraction === false ? 0 : Math.max(0, Math.ceil(bytes - fraction * reading.limitBytes));

  const isOverSpill = above(thresholds.spill, processBytes) > 0;
  const isOverPause = above(thresholds.pause, processBytes) > 0;
  const downTo = thresholds.target === false ? thresholds.spill : thresholds.target;
  const ofProcess = isOverSpill && isCollected ? above(downTo, processBytes) : 0;
  const spillBytes = Math.min(managedBytes, Math.max(managedBytes - capacityBytes(reading, thresholds), ofProcess, 0));
  return {
    spillBytes,
    collect: (isOverSpill || isOverPause) && !isCollected,
    pause: isOverPause && !isPaused,
    resume: !isOverPause && isPaused,
    terminate: above(thresholds.terminate, processBytes) > 0,
  };
}

/** Options that set thresholds, by their names in the interface. */
export const thresholdOptions = {
  memoryTarget: 'target',
  memorySpill: 'spill',
  memoryPause: 'pause',
  memoryTerminate: 'terminate',
} as const;

export type ThresholdOptions = { readonly [K in keyof typeof thresholdOptions]?: number | false };

/**
 * Thresholds from options, those of Dask where none is given. Raises {@link InputError} for what is no fraction, and for
 * ones that are not in their order: a worker that pauses before it spills would wait for ever.
 */
export function checkThresholds(options: ThresholdOptions): MemoryThresholds {
  const thresholds: Record<keyof MemoryThresholds, number | false> = { ...defaultThresholds };
  let last: [name: string, fraction: number] | undefined;
  for (const [name, threshold] of Object.entries(thresholdOptions)) {
    const value = options[name as keyof ThresholdOptions] ?? thresholds[threshold];
    thresholds[threshold] = value;
    if (value === false) continue;
    if (typeof value !== 'number' || !(value > 0 && value <= 1)) {
      throw new InputError(
        `${name} is ${describe(value)}: give a fraction of the memory limit (0 to 1), or false for none`,
      );
    }
    if (last && value < last[1]) {
      throw new InputError(
        `${name} is ${value}, below ${last[0]}, which is ${last[1]}: ${Object.keys(thresholdOptions).join(', ')} are in rising order`,
      );
    }
    last = [name, value];
  }
  return thresholds;
}
