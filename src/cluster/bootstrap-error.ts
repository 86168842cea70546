import { SheafError } from '../util/errors.js';

/** The ranks of a job could not find each other: the launcher, the MPI library or the shared directory is not what it seemed. */
export class BootstrapError extends SheafError {
  override readonly name = 'BootstrapError';
}

/** A cluster is being started by what runs as one of its tasks. */
export class StartedInATaskError extends BootstrapError {
  readonly code = 'ERR_STARTED_IN_A_TASK';
}
