/** How many cores this process may use: its affinity and the quotas of its control groups count, as Dask's CPU_COUNT. */
import { availableParallelism, cpus } from 'node:os';
import { cgroupTexts } from './cgroup.js';

export interface Cores {
  /** Those that this process may use. */
  readonly available: number;
  /** Those of the host. */
  readonly all: number;
}

export function readCores(root = '/'): Cores {
  const all = cpus().length || 1;
  const affinity = availableParallelism();
  return { available: Math.max(1, Math.min(affinity, Math.ceil(readQuota(root) ?? affinity))), all };
}

/** Cores' worth of time: `max 100000` is no limit, `150000 100000` one and a half. Version 1 has a file for each number. */
function readQuota(root: string): number | undefined {
  const files = { v1: ['cpu.cfs_quota_us'], v2: ['cpu.max'] };
  const quotas = cgroupTexts('cpu', files, root).flatMap((text) => {
    const [quota, period = 100_000] = text.trim().split(/\s+/).map(Number);
    return quota! > 0 && period > 0 ? [quota! / period] : [];
  });
  return quotas.length > 0 ? Math.min(...quotas) : undefined;
}
