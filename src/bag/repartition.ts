/** The same items in other partitions, neighbours staying neighbours, where Dask cuts. */
import { parseBytes } from '../util/bytes.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { checkCount, type Partitions, tasksOn } from './build.js';

export interface RepartitionOptions {
  readonly npartitions?: number;
  readonly partitionSize?: number | string;
}

/** Raises {@link InputError} unless one of the two is given. */
export function checkRepartition(options: RepartitionOptions): RepartitionOptions {
  checkOptionNames('repartition', options, ['npartitions', 'partitionSize']);
  const given = Object.values(options).filter((value) => value !== undefined);
  if (given.length === 1) return options;
  throw new InputError(
    `repartition takes either npartitions or partitionSize, got ${given.length === 0 ? 'none' : 'both'}`,
  );
}

/** Raises {@link InputError} for what is no positive number of bytes. */
export function bytesOf(size: number | string): number {
  const bytes = typeof size === 'string' ? parseBytes(size) : size;
  checkCount('partitionSize', bytes, 1);
  return bytes;
}

/** In another number of partitions: neighbours are joined, or each is cut into nearly equal slices. */
export function repartition(partitions: Partitions, npartitions: number): Partitions {
  const { length } = partitions.keys;
  if (npartitions > length) {
    const each = Math.floor(npartitions / length);
    const last = npartitions - each * (length - 1);
    return cut(
      partitions,
      partitions.keys.map((_, i) => (i === length - 1 ? last : each)),
    );
  }
  const ratio = length / npartitions;
  const bounds = Array.from({ length: npartitions }, (_, i) => Math.trunc(i * ratio));
  return join(partitions, bounds);
}

/** In partitions of about `size` bytes, by what those that there are take, as if their items were all alike. */
export function repartitionBySize(partitions: Partitions, size: number, nbytes: readonly number[]): Partitions {
  const counts = nbytes.map((bytes) => 1 + Math.floor(bytes / size));
  const sizes = nbytes.flatMap((bytes, i) => Array<number>(counts[i]!).fill(bytes / counts[i]!));
  const bounds: number[] = [];
  let sum = Number.POSITIVE_INFINITY;
  sizes.forEach((bytes, i) => {
    if (sum + bytes > size) {
      bounds.push(i);
      sum = 0;
    }
    sum += bytes;
  });
  return join(cut(partitions, counts), bounds);
}

/** Partitions that begin at `bounds`. */
function join(partitions: Partitions, bounds: readonly number[]): Partitions {
  const { keys, part } = partitions;
  if (bounds.length === keys.length) return partitions;
  const rows = bounds.map((bound, i) => keys.slice(bound, bounds[i + 1]));
  return tasksOn(rows, [part], { op: 'concatenate' });
}

/** The i-th partition in `counts[i]` nearly equal slices. */
function cut(partitions: Partitions, counts: readonly number[]): Partitions {
  const { keys, part } = partitions;
  if (counts.every((count) => count === 1)) return partitions;
  const slices = keys.flatMap((key, i) =>
    Array.from({ length: counts[i]! }, (_, part) => ({ key, part, parts: counts[i]! })),
  );
  return tasksOn(
    slices.map(({ key }) => [key]),
    [part],
    { op: 'slice', paramsOf: (i) => ({ part: slices[i]!.part, parts: slices[i]!.parts }) },
  );
}
