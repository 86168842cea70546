/** Operations for tests of clusters. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocate } from '../../src/arrow/block.js';
import type { Op } from '../../src/graph/task.js';
import { contentHash } from '../../src/util/hash.js';

/** The reference of an operation of this module, by URL: it is no part of the package. */
export const op = (name: string): string => `${import.meta.url}#${name}`;

export const add: Op = (by: number, ...terms: number[]) => terms.reduce((sum, term) => sum + term, by);

/** `n` numbers from 0 up: a result too large to travel with the report. */
export const range: Op = (n: number) => allocate('float64', n).map((_, i) => i);

export const sum: Op = (_params: null, ...arrays: Float64Array[]) =>
  arrays.reduce((total, array) => total + array.reduce((a, b) => a + b, 0), 0);

export const fail: Op = (message: string) => {
  throw new TypeError(message, { cause: new RangeError('the cause') });
};

export const throwNothing: Op = () => {
  throw undefined;
};

export const throwObject: Op = () => {
  throw { code: 42 };
};

export const exitIfNegative: Op = ([value]: [number]) => (value < 0 ? process.exit(3) : value);

/** What a row of a map layer holds. */
export const first: Op = ([value]: [unknown]) => value;

/** Threads of one process can share it; other processes cannot have it. */
export const sharedMemory: Op = (count: number) => [new SharedArrayBuffer(8), new Float64Array(count)];

export const exit: Op = (code: number) => process.exit(code);

/** Ends the process of the worker without a word, as the kernel's out-of-memory killer does. */
export const kill: Op = () => process.kill(process.pid, 'SIGKILL');

export const where: Op = () => process.pid;

export const unclonable: Op = () => ({ callback: () => 1 });

/** Kills the worker the first time it runs for a given `token`. */
export const killOnce: Op = (token: string) => {
  const marker = join(tmpdir(), `sheaf-test-${contentHash([token, process.ppid])}`);
  if (existsSync(marker)) {
    rmSync(marker);
    return 0;
  }
  writeFileSync(marker, '');
  return process.kill(process.pid, 'SIGKILL');
};

export const forever: Op = () => new Promise(() => {});

/** Keeps its thread busy for so many ms. */
export const spin: Op = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
  return ms;
};

/** A block of `n` numbers, all of them `value`. */
export const filled: Op = ([n, value]: [number, number]) => ({
  dtype: 'float64',
  shape: [n],
  data: allocate('float64', n).fill(value),
});

/** The sum of a block, and the process that found it. */
export const sumOfBlock: Op = (_params: null, { data }: { data: Float64Array }) => [
  data.reduce((a, b) => a + b, 0),
  process.pid,
];
