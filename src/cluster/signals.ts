/** The signals by which launchers, batch systems and people ask a job to end. */

/** Slurm's walltime signal (`--signal`) is often one of the user's two; without a handler USR1 would open Node's debugger. */
export const endSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

/** The first of these signals that comes; from now on none of them ends the process. */
export function firstEndSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of endSignals) process.on(signal, resolve);
  });
}
