import type { Env } from './launcher.js';

/**
 * What ties a process to its rank. A child that inherited these would take itself for its parent's rank, and so would an
 * `mpirun` that user code starts in it. What describes the job (SLURM_JOB_ID, SLURM_CPUS_PER_TASK, ...) stays.
 */
const rankVariable = /^(OMPI_|PMI_|PMIX|PRTE_|HYDI_|HYDRA_|MPI_LOCAL|MPIR_|SLURM_(PROCID|LOCALID|STEP_?ID|GTIDS)$)/;

/** `env` without the variables that make a process a rank: the environment for child processes of a rank. */
export function scrubEnv(env: Env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !rankVariable.test(name)) kept[name] = value;
  }
  return kept;
}
