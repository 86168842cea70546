/**
 * Whether a job over several hosts outlives one of them, as far as the launcher's flags can be seen. Workers that die are
 * replaced under every launcher; a rank or a host that goes is the launcher's to forgive.
 */
import { readdirSync } from 'node:fs';
import { textOf } from './cgroup.js';
import { count, type Env, type Launcher } from './launcher.js';

/** What the launcher was told, where that can be seen: the arguments of srun. */
export type LauncherArguments = readonly string[] | undefined;

/**
 * What would end the job with one host, and what to do; undefined where nothing would, nobody knows, or nothing can be
 * done about it.
 */
export function survivalWarning(launcher: Launcher, env: Env, srun: LauncherArguments): string | undefined {
  if (launcher.kind === 'openmpi') {
    const isSpread = (count(env.OMPI_COMM_WORLD_LOCAL_SIZE) ?? launcher.size) < launcher.size;
    const recovers = env.OMPI_MCA_orte_enable_recovery === '1' || env.PRTE_MCA_prte_enable_recovery === '1';
    return isSpread && !recovers
      ? 'this job ends when one of its hosts is lost: with mpirun --enable-recovery the others go on'
      : undefined;
  }
  if (env.SLURM_STEP_ID === undefined || (count(env.SLURM_STEP_NUM_NODES) ?? 1) < 2 || !srun) return undefined;
  if (env.SLURM_KILL_BAD_EXIT === '1' || srun.some((word) => word === '-K' || word.startsWith('--kill-on-bad-exit')))
    return 'this job ends when one of its ranks does: leave out --kill-on-bad-exit to have the others go on';
  const survives =
    env.SLURM_NO_KILL !== undefined || srun.some((word) => word === '-k' || word.startsWith('--no-kill'));
  return survives
    ? undefined
    : 'this job ends when one of its nodes is lost: with srun --no-kill (and #SBATCH --no-kill) the others go on';
}

/** The arguments before the program of the srun that started this step, where it runs on this host. */
export function srunArguments(env: Env, root = '/proc'): LauncherArguments {
  const { SLURM_JOB_ID: job, SLURM_STEP_ID: step } = env;
  if (job === undefined || step === undefined) return undefined;
  const all = pids(root).flatMap((pid) => {
    const [command = '', ...args] = textOf(`${root}/${pid}/cmdline`).split('\0');
    if (command.replace(/^.*\//, '') !== 'srun') return [];
    const its = textOf(`${root}/${pid}/environ`).split('\0');
    return its.includes(`SLURM_JOB_ID=${job}`) || !its.some((line) => line.startsWith('SLURM_JOB_ID=')) ? [args] : [];
  });
  // Of several steps of a job nobody can tell which one is meant.
  return new Set(all.map((args) => args.join('\0'))).size === 1 ? all[0] : undefined;
}

function pids(root: string): string[] {
  try {
    return readdirSync(root).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
