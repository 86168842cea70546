/** How tasks are to be run, as users say it. */
import type { Annotations, Key } from '../graph/task.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';

/** Options of submit and map. */
export interface SubmitOptions {
  /** The key of the task, or the prefix of the keys of a map; made of the function and its arguments unless given. */
  readonly key?: Key;
  /** Whether equal calls are one task (default true). */
  readonly pure?: boolean;
  /** Larger runs first (default 0). */
  readonly priority?: number;
  /** How often it is run again after it failed (default 0). */
  readonly retries?: number;
  /** Names, addresses or hosts of the workers that may run it. */
  readonly workers?: string | readonly string[];
  /** Whether others may run it when none of `workers` is there. */
  readonly allowOtherWorkers?: boolean;
  /** How much it needs of what workers declare: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** How many items of a map make one message (default 4096). */
  readonly batchSize?: number;
  /** How long the task may run, in ms; then it fails. */
  readonly timeout?: number;
  /** Whether the class that is submitted becomes an actor. */
  readonly actor?: boolean;
}

const names = [
  ...['key', 'pure', 'priority', 'retries', 'workers', 'allowOtherWorkers', 'resources', 'batchSize', 'timeout'],
  'actor',
] as const;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0;

const checks: Readonly<Record<string, readonly [is: (value: unknown) => boolean, what: string]>> = {
  key: [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'],
  pure: [(value) => typeof value === 'boolean', 'true or false'],
  priority: [Number.isFinite as (value: unknown) => boolean, 'a number'],
  retries: [isCount, 'a whole number from 0 up'],
  workers: [(value) => [value].flat().every((name) => typeof name === 'string'), 'a name or an array of names'],
  allowOtherWorkers: [(value) => typeof value === 'boolean', 'true or false'],
  resources: [
    (value) => typeof value === 'object' && value !== null && Object.values(value).every(isPositive),
    'an object of positive numbers, such as { GPU: 1 }',
  ],
  batchSize: [(value) => isCount(value) && value !== 0, 'a positive whole number'],
  timeout: [isPositive, 'a positive number of ms'],
  actor: [(value) => typeof value === 'boolean', 'true or false'],
};

/** Raises {@link InputError} for options that do not exist or make no sense. */
export function checkSubmitOptions(who: string, options: SubmitOptions): SubmitOptions {
  checkOptionNames(who, options, names);
  for (const [name, value] of Object.entries(options)) {
    const [is, what] = checks[name]!;
    if (value !== undefined && !is(value))
      throw new InputError(`${who}: ${name} must be ${what}, but it is ${JSON.stringify(value) ?? String(value)}`);
  }
  return options;
}

/** What of the options the scheduler has to know; undefined when there is nothing. */
export function annotationsOf(options: SubmitOptions): Annotations | undefined {
  const { priority, retries, workers, allowOtherWorkers, resources, timeout, actor } = options;
  const annotations: Annotations = {
    ...(priority && { priority }),
    ...(retries && { retries }),
    ...(workers !== undefined && { workers: [workers].flat() as string[] }),
    ...(allowOtherWorkers && { allowOtherWorkers }),
    ...(resources && { resources }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(actor && { actor }),
  };
  return Object.keys(annotations).length > 0 ? annotations : undefined;
}

let ambient: SubmitOptions = {};

/**
 * Gives every task that is submitted while `fn` runs these options, unless the call says otherwise.
 * Raises InputError for options that do not exist.
 *
 * @example
 * await using client = new Client();
 * const future = annotate({ priority: 10, retries: 2 }, () => client.submit(() => 'done'));
 * await future; // 'done'
 */
export function annotate<T>(options: SubmitOptions, fn: () => T): T {
  const before = ambient;
  ambient = { ...before, ...checkSubmitOptions('annotate', options) };
  try {
    return fn();
  } finally {
    ambient = before;
  }
}

export const ambientOptions = (): SubmitOptions => ambient;
