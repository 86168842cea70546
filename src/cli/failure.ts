/** What a command that fails says, in one line, and its exit code: 2 for wrong input, 1 for all else. */
import { FitFailedError } from '../learn/model-selection/failures.js';
import { InputError, SheafError } from '../util/errors.js';

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** An error as a line for stderr; that of a defect keeps its stack. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SheafError)) return { text: String((error as Error)?.stack ?? error), exitCode: 1 };
  const text = error instanceof FitFailedError ? fitFailureText(error) : error.message;
  return { text: text.replace(/\s*\n\s*/g, ' '), exitCode: error instanceof InputError ? 2 : 1 };
}

/** The library lists every reason and names options of its own; here the first reason has to do. */
function fitFailureText({ failures, message }: FitFailedError): string {
  if (failures.some(({ split }) => split === 'all rows')) return message;
  const reasons = [...new Set(failures.map(({ error }) => error.message))];
  const others = reasons.length > 1 ? ` (the first of ${reasons.length} reasons)` : '';
  return `all ${failures.length} fits failed: ${reasons[0]}${others}`;
}
