import { SheafError } from '../util/errors.js';

/** The ranks of a job could not find each other: the launcher, the MPI library or the shared directory is not what it seemed. */
export class BootstrapError extends SheafError {
  override readonly name = 'BootstrapError';
}
