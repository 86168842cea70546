/**
 * Errors are part of the interface: each says what happened, the value found, what exists and what to do.
 * One tagged class per kind of trouble, so that a caller can tell them apart without reading the text.
 */
export class SheafError extends Error {
  override readonly name: string = 'SheafError';
}

/** An argument the caller gave is wrong: the mistake is in the calling script, nothing has run yet. */
export class InputError extends SheafError {
  override readonly name = 'InputError';
}

/** Something awaited did not come within the time that the caller gave it; nothing was taken or changed. */
export class TimeoutError extends SheafError {
  override readonly name = 'TimeoutError';
}

/** A state that the program's own invariants exclude: a defect of this library, never of its user. */
export class InvariantError extends SheafError {
  override readonly name = 'InvariantError';
}

/** Throws {@link InvariantError} unless `condition` holds. */
export function invariant(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === 'string' ? message : message());
}
