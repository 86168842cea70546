import { InputError } from '../util/errors.js';

/** The way from what was sent to a place inside it, innermost step first. */
export interface Trail {
  readonly step: string;
  readonly outer?: Trail;
}

export const stepsOf = (trail: Trail): string[] => {
  const steps: string[] = [];
  for (let at: Trail | undefined = trail; at; at = at.outer) steps.unshift(at.step);
  return steps;
};

/** Something cannot be sent to a worker; the message ends with the path to it. */
export class ShipError extends InputError {
  readonly code = 'ERR_CANNOT_SHIP';
  /** From what was sent to the offender. */
  readonly path: readonly string[];

  constructor(reason: string, trail: Trail) {
    const path = stepsOf(trail);
    const lines = path.map((step, i) => `${'  '.repeat(i + 1)}${i > 0 ? '→ ' : ''}${step}`);
    super(`cannot be sent to a worker: ${reason}\n${lines.join('\n')}`);
    this.path = path;
  }
}
