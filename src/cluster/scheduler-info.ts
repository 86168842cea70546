/** What a scheduler tells of itself. */
import type { WorkerStatus } from '../scheduler/events.js';

export interface WorkerInfo {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
  /** Where its process runs. */
  readonly host: string;
  readonly pid: number;
  readonly status: WorkerStatus;
  readonly resources: Readonly<Record<string, number>>;
  /** Bytes of results that it holds, by the scheduler's count. */
  readonly nbytes: number;
  readonly processing: number;
  /** In bytes; Infinity where there is none. */
  readonly memoryLimit: number;
  /** What it last said of itself. */
  readonly metrics: WorkerMetrics;
}

/** What a heartbeat says, in bytes. */
export interface WorkerMetrics {
  readonly rss?: number;
  readonly managed?: number;
  readonly spilled?: number;
}

export interface SchedulerInfo {
  readonly addresses: readonly string[];
  readonly workers: readonly WorkerInfo[];
  readonly tasks: number;
}
