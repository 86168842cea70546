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
export const processesOfRank = (token: string, rank: number): number[] =>
  processesWith(token)
    .filter((pid) => {
      const env = environOf(pid).split('\0');
      return ['OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'SLURM_PROCID'].some((name) => env.includes(`${name}=${rank}`));
    })
    .map(Number);

const processesWith = (token: string): string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environOf(pid).includes(token));

/** Empty for one that has ended meanwhile. */
function environOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
