import { sourceOf } from '../client/dependencies.js';
import type { Delayed } from '../delayed/delayed.js';
import type { Collection } from '../graph/collection.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { Bag } from './bag.js';
import { checkCount, tasksOn } from './build.js';
import { concat, zip } from './combine.js';
import { type ReadTextOptions, readText } from './text.js';

export interface SequenceOptions {
  /** How many partitions there are at most. */
  readonly npartitions?: number;
  /** How many items a partition has. */
  readonly partitionSize?: number;
}

/**
 * What makes bags.
 *
 * @example
 * await bag.fromSequence([3, 1, 2]).max().compute(); // 3
 */
export const bag = {
  /**
   * The items of anything iterable, in about 100 partitions unless told. Raises {@link InputError} for other values.
   *
   * @example
   * bag.fromSequence('abcdefgh', { partitionSize: 3 }).npartitions; // 3
   */
  fromSequence<T>(sequence: Iterable<T>, options: SequenceOptions = {}): Bag<T> {
    checkOptionNames('fromSequence', options, ['npartitions', 'partitionSize']);
    const { npartitions } = options;
    if (npartitions !== undefined) checkCount('npartitions', npartitions, 1);
    if (options.partitionSize !== undefined) checkCount('partitionSize', options.partitionSize, 1);
    if (typeof (sequence as Iterable<T> | undefined)?.[Symbol.iterator] !== 'function') {
      throw new InputError(`fromSequence takes something iterable, got ${describe(sequence)}`);
    }
    const all = [...sequence];
    const size = options.partitionSize ?? sizeFor(all.length, npartitions);
    const count = Math.max(1, Math.ceil(all.length / size));
    const paramsOf = (i: number) => ({ items: all.slice(i * size, (i + 1) * size) });
    return new Bag(
      tasksOn(
        Array.from({ length: count }, () => []),
        [],
        { op: 'items', paramsOf },
      ),
    );
  },

  /**
   * The lines of text files, each with the end that it has in the file. Paths may be patterns: `*`, `?`, `[a-c]`, and `**`
   * for folders at any depth; files that end in .gz are decompressed. Raises {@link InputError} when there is no such file.
   *
   * @example
   * import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
   * import { tmpdir } from 'node:os';
   * import { join } from 'node:path';
   * const folder = mkdtempSync(join(tmpdir(), 'sheaf-bag-'));
   * writeFileSync(join(folder, 'a.txt'), 'one\ntwo\n');
   * await bag.readText(join(folder, '*.txt'), { blocksize: 4 }).compute(); // ['one\n', 'two\n']
   * rmSync(folder, { recursive: true });
   */
  readText: ((paths: string | readonly string[], options?: ReadTextOptions) =>
    new Bag(readText(paths, options))) as ReadText,

  /**
   * The integers from 0 to `n` - 1.
   *
   * @example
   * await bag.range(4, 2).compute(); // [0, 1, 2, 3]
   */
  range(n: number, npartitions: number): Bag<number> {
    checkCount('the number of items of a range', n, 0);
    checkCount('npartitions', npartitions, 1);
    const count = Math.max(1, Math.min(n, npartitions));
    const size = Math.floor(n / count);
    const paramsOf = (i: number) => ({ from: i * size, to: i === count - 1 ? n : (i + 1) * size });
    return new Bag(
      tasksOn(
        Array.from({ length: count }, () => []),
        [],
        { op: 'range', paramsOf },
      ),
    );
  },

  /**
   * A bag of which each delayed value is a partition; they are iterable.
   *
   * @example
   * const parts = [1, 3].map(delayed((n: number) => [n, n + 1]));
   * await bag.fromDelayed(parts).compute(); // [1, 2, 3, 4]
   */
  fromDelayed<T>(values: readonly Collection<Iterable<T>>[] | Delayed<Iterable<T>>): Bag<T> {
    const sources = (Array.isArray(values) ? values : [values]).map(sourceOf);
    if (sources.length === 0) throw new InputError('fromDelayed takes delayed values, and was given none');
    return new Bag(
      tasksOn(
        sources.map(({ key }) => [key]),
        sources.map(({ part }) => part),
        { op: 'list' },
      ),
    );
  },

  concat,
  zip,
} as const;

interface ReadText {
  (paths: string | readonly string[], options: ReadTextOptions & { readonly includePath: true }): Bag<[string, string]>;
  (paths: string | readonly string[], options?: ReadTextOptions): Bag<string>;
}

/** The size of partitions as Dask chooses it. */
function sizeFor(length: number, npartitions: number | undefined): number {
  if (npartitions !== undefined) return Math.max(1, Math.ceil(length / npartitions));
  return length < 100 ? 1 : Math.floor(length / 100);
}
