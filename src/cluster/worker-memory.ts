/** The memory of a worker: its store, where that spills to, and the watch over both. */
import { warn } from '../util/warnings.js';
import { bufferPressure } from '../worker/collect.js';
import { capacityBytes, defaultThresholds, type MemoryThresholds } from '../worker/memory-policy.js';
import { type MemoryWatch, memoryWatch } from '../worker/memory-watch.js';
import { describeDiskFailure, makeSpillDirectory, type SpillDirectory } from '../worker/spill-directory.js';
import type { SpillFile } from '../worker/spill-file.js';
import { Store } from '../worker/store.js';

export interface WorkerMemoryOptions {
  /** Undefined for no limit: then nothing is spilled, and nothing watched. */
  readonly limitBytes?: number;
  readonly thresholds?: MemoryThresholds;
  /** Where to make the directory for spilled results (default: that for temporary files). */
  readonly localDirectory?: string;
}

export interface WorkerMemory {
  readonly store: Store<SpillFile>;
  /** How much of shared buffers a thread may drop before it collects. */
  readonly allowanceBytes: number;
  /** How much may be under way from other workers, or lie here for tasks that have not begun. */
  readonly transferBytes: number;
  /** How much the inputs and results of running tasks may have. */
  readonly runningBytes: number;
  /** Begins to look after the memory; before, nothing is spilled, and nobody hears of what is dropped. */
  watch(handlers: WorkerMemoryHandlers): void;
  /** After results of so many bytes came to the store. */
  stored(bytes: number): void;
  /** What the memory is taken by. */
  describe(): string;
  close(): Promise<void>;
}

export interface WorkerMemoryHandlers {
  /** Collect in the threads too. */
  readonly collectThreads: () => void;
  /** Values of so many bytes have left the memory. */
  readonly onDrop: (nbytes: number) => void;
  readonly onPause: (isPaused: boolean) => void;
  readonly onDiskFailure: (text: string) => void;
}

const LEAST_ALLOWANCE = 8 << 20;
const MOST_ALLOWANCE = 256 << 20;
const MOST_TRANSFER = 512 << 20;
/** Parts of what the store may have. */
const TRANSFER_SHARE = 0.25;
const RUNNING_SHARE = 0.5;
/** What a compute thread takes before it has run anything. */
const THREAD_BYTES = 12 << 20;

export function workerMemory(options: WorkerMemoryOptions = {}, nthreads = 1): WorkerMemory {
  const { limitBytes, thresholds = defaultThresholds } = options;
  const allowanceBytes = Math.max(LEAST_ALLOWANCE, Math.min(MOST_ALLOWANCE, (limitBytes ?? Infinity) / 16));
  const pressure = bufferPressure(allowanceBytes);
  const collectHere = bufferPressure(0); // in a process with a large heap that takes long: it has to be rare there
  const spills = limitBytes !== undefined && (thresholds.target !== false || thresholds.spill !== false);
  const shelf = spills ? makeSpillDirectory(options.localDirectory) : undefined;
  const programBytes = process.memoryUsage.rss() + nthreads * THREAD_BYTES;
  const capacity = limitBytes === undefined ? Infinity : capacityBytes({ limitBytes, programBytes }, thresholds);
  const store = new Store<SpillFile>({
    ...(shelf && { shelf, onDiskFailure: (error: Error) => onDiskFailure(failureOf(shelf, error)) }),
    onDrop(nbytes) {
      pressure.add(nbytes);
      onDrop(nbytes);
    },
    capacityBytes: capacity,
  });
  let onDiskFailure: (text: string) => void = () => {};
  let onDrop: (nbytes: number) => void = () => {};
  let watch: MemoryWatch | undefined;
  return {
    store,
    allowanceBytes,
    transferBytes: Math.min(MOST_TRANSFER, TRANSFER_SHARE * capacity),
    runningBytes: RUNNING_SHARE * capacity,
    watch(handlers) {
      onDrop = handlers.onDrop;
      if (limitBytes === undefined) return;
      const collect = (): void => {
        handlers.collectThreads();
        collectHere.add(1);
      };
      onDiskFailure = handlers.onDiskFailure;
      watch = memoryWatch({ store, limitBytes, programBytes, thresholds, collect, onPause: handlers.onPause });
      watch.start();
    },
    stored: (bytes) => watch?.stored(bytes),
    describe: () => watch?.describe() ?? '',
    async close() {
      watch?.stop();
      await store.close();
      shelf?.close();
    },
  };
}

/** The user hears of each directory once, the log of the worker every time. */
const failed = new WeakSet<SpillDirectory>();

function failureOf(shelf: SpillDirectory, error: Error): string {
  const text = describeDiskFailure(shelf.path, error);
  if (!failed.has(shelf)) warn('UserWarning', text);
  failed.add(shelf);
  return text;
}
