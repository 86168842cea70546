/** The signals by which launchers, batch systems and people ask a job to end. */
import { constants } from 'node:os';

/** Slurm's walltime signal (`--signal`) is often one of the user's two; without a handler USR1 would open Node's debugger. */
export const endSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

/**
 * The first of these signals that comes; from now on none of them ends the process, unless `isPatient` is false: then a
 * second one does, for who does not want to wait for an orderly end.
 */
export function firstEndSignal({ isPatient = true }: { readonly isPatient?: boolean } = {}): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isHeard = false;
    const hear = (signal: NodeJS.Signals) => {
      if (isHeard && !isPatient) process.exit(128 + constants.signals[signal]);
      isHeard = true;
      resolve(signal);
    };
    for (const signal of endSignals) process.on(signal, hear);
  });
}
