/** What a search says about fits and scores that failed. */
import { SheafError } from '../../util/errors.js';
import type { Params } from '../estimator.js';

/** A fit of a candidate on a split that raised. */
export interface FitFailure {
  readonly candidate: number;
  /** The number of the split; the refit's training set is all rows. */
  readonly split: number | 'all rows';
  readonly params: Params;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Raised when fits failed and no score was to stand for them, or when all of them failed. */
export class FitFailedError extends SheafError {
  override readonly name = 'FitFailedError';
  readonly failures: readonly FitFailure[];

  constructor(message: string, failures: readonly FitFailure[], options?: ErrorOptions) {
    super(message, options);
    this.failures = failures;
    // The message sums them up; printed with the error, hundreds of them with their stacks would bury it.
    Object.defineProperty(this, 'failures', { enumerable: false });
  }
}

/** Parameters for people: functions and instances by name. */
export const describeParams = (params: Params): string =>
  `{ ${Object.entries(params)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ')} }`;

/** A number of failures by their messages. */
function summary(messages: readonly string[], noun: string): string {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return Array.from(counts, ([message, n]) => `${n} ${n === 1 ? noun : `${noun}s`} failed with:\n${message}`).join(
    '\n',
  );
}

const describe = ({ error }: FitFailure): string => `${error.name}: ${error.message}`;

/** The error for a first failure under `errorScore: 'raise'`. */
export const raisedFailure = (what: 'fit' | 'score', failure: FitFailure): FitFailedError =>
  new FitFailedError(
    `${what === 'fit' ? 'fitting' : 'scoring'} ${describeParams(failure.params)} failed on ${failure.split === 'all rows' ? failure.split : `split ${failure.split}`}: ${failure.error.message}`,
    [failure],
    { cause: failure.error },
  );

/** Warns of failed fits once, whatever their number. Raises {@link FitFailedError} when none succeeded. */
export function reportFitFailures(failures: readonly FitFailure[], fits: number, errorScore: number): void {
  if (failures.length === 0) return;
  const details = summary(failures.map(describe), 'fit');
  if (failures.length === fits) {
    throw new FitFailedError(
      `All the ${fits} fits failed. It is very likely that your model is misconfigured; ` +
        `errorScore: 'raise' stops at the first.\n${details}`,
      failures,
    );
  }
  process.emitWarning(
    `${failures.length} fits failed out of a total of ${fits}. The score on these train-test partitions for these ` +
      `parameters will be set to ${errorScore}. search.fitFailures_ lists them; errorScore: 'raise' stops at the first.\n${details}`,
    'FitFailedWarning',
  );
}

/** Warns of failed scores once. */
export function reportScoreFailures(messages: readonly string[], errorScore: number): void {
  if (messages.length === 0) return;
  process.emitWarning(
    `Scoring failed. The scores on these train-test partitions for these parameters will be set to ${errorScore}.\n` +
      summary(messages, 'score'),
    'ScoringFailedWarning',
  );
}
