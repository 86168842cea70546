/** What a scheduler tells of itself. */
import type { WorkerStatus } from '../scheduler/events.js';
import type { Way } from './bootstrap.js';
import type { LauncherKind } from './launcher.js';

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

/** How a launcher's job came together. */
export interface LaunchInfo {
  readonly launcher: LauncherKind;
  readonly ranks: number;
  readonly schedulerRank: number;
  readonly clientRank: number;
  /** How the ranks met: by the launcher's PMI, by MPI, by a file, or not at all where there is one rank. */
  readonly way: Way | 'none';
  /** The MPI library, where one was called. */
  readonly library?: string;
}

export interface SchedulerInfo {
  readonly addresses: readonly string[];
  /** Where its process runs. */
  readonly host: string;
  readonly pid: number;
  /** In a launcher's job. */
  readonly launch?: LaunchInfo;
  readonly workers: readonly WorkerInfo[];
  readonly tasks: number;
}
