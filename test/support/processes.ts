/** Processes by a token in their environment: whatever a test started, and nobody else's. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until no process has `token` in its environment; after 2 s it tells which ones have. */
export async function untilNoneHas(token: string): Promise<void> {
  if (!existsSync('/proc/self/environ')) return;
  const giveUpAt = performance.now() + 2000;
  for (let left = processesWith(token); left.length > 0; left = processesWith(token)) {
    if (performance.now() > giveUpAt) throw new Error(`left behind: ${left.join(', ')}`);
    await delay(10);
  }
}

/** The process of a rank itself, not those that it started: they are no ranks. */
export function processesOfRank(token: string, rank: number): number[] {
  return processesWith(token)
    .filter((pid) => {
      const env = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      return ['OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'SLURM_PROCID'].some((name) => env.includes(`${name}=${rank}`));
    })
    .map(Number);
}

function processesWith(token: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(token);
    } catch {
      return false; // ended meanwhile
    }
  });
}
