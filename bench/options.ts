/** What the command line asks for, as plain data; a wrong one raises {@link UsageError}. */
import { parseArgs } from 'node:util';
import { SheafError } from '../src/util/errors.js';

/** The command line is wrong: told in one sentence, with the exit code 2. */
export class UsageError extends SheafError {
  override readonly name = 'UsageError';
}

export interface Options {
  readonly help: boolean;
  readonly peers: boolean;
  /** Cases, or a command with its arguments. */
  readonly names: readonly string[];
  /** The numbers of workers to scale to, ascending, 1 among them; absent where nothing is to be scaled. */
  readonly workers?: readonly number[];
  readonly quick: boolean;
  /** Files to be written. */
  readonly json?: string;
  readonly markdown?: string;
  /** A folder for drawings. */
  readonly svg?: string;
}

const flags = {
  workers: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  markdown: { type: 'string' },
  svg: { type: 'string' },
  peers: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const { workers, ...others } = values;
  if (others.svg !== undefined && workers === undefined)
    throw new UsageError('--svg draws the speedup over workers, so it needs --workers, such as --workers 1,2,4');
  return { ...others, names: positionals, ...(workers !== undefined && { workers: workerCounts(workers) }) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: flags });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** One worker is always among them, as it is what the others are compared with. */
export function workerCounts(text: string): number[] {
  const counts = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : 0));
  if (counts.some((count) => count < 1 || !Number.isSafeInteger(count)))
    throw new UsageError(`--workers takes whole numbers from 1 up with commas between, such as 1,2,4, not '${text}'`);
  return [...new Set([1, ...counts])].sort((a, b) => a - b);
}
