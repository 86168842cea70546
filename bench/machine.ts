/** Where a benchmark ran. */
import { availableParallelism, cpus, loadavg, release, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly os: string;
  /** Mean number of runnable processes in the last minute: what else kept the machine busy. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown CPU',
    cores: availableParallelism(),
    node: process.version,
    os: `${type()} ${release()}`,
    load: loadavg()[0],
  };
}
