/** Beside the loader, for those who only ask whether an error is one of these. */
import type { Lacks } from '../scheduler/events.js';
import { SheafError } from '../util/errors.js';

/** A module that a shipped function needs could not be imported here. */
export class ModuleLoadError extends SheafError {
  override readonly name = 'ModuleLoadError';
  /** Its URL, or the name by which it is imported where it is not the user's own. */
  readonly module: string;
  /** What the client is asked for, if that may help. */
  lacks?: Lacks;
  /** The function may be sent again with `localModules: 'value'`, which does without the module. */
  readonly retryByValue: boolean;

  constructor(module: string, reason: string, retryByValue: boolean, cause?: unknown) {
    super(`the module '${module}' could not be imported in the worker: ${reason}`, { cause });
    this.module = module;
    this.retryByValue = retryByValue;
  }
}
