import type { Key } from '../graph/task.js';
import { type Partitions, tasksOn } from './build.js';

/** The same items in another number of partitions: neighbours are joined, or each is cut into nearly equal slices. */
export function repartition(partitions: Partitions, npartitions: number): Partitions {
  const { keys, part } = partitions;
  if (npartitions === keys.length) return partitions;
  if (npartitions < keys.length) {
    const ratio = keys.length / npartitions;
    const rows = Array.from({ length: npartitions }, (_, i) =>
      keys.slice(Math.trunc(i * ratio), i === npartitions - 1 ? undefined : Math.trunc((i + 1) * ratio)),
    );
    return tasksOn(rows, [part], { op: 'concatenate' });
  }
  const each = Math.floor(npartitions / keys.length);
  const slices = keys.flatMap((key, i) => {
    const parts = i === keys.length - 1 ? npartitions - each * i : each;
    return Array.from({ length: parts }, (_, part): { key: Key; part: number; parts: number } => ({
      key,
      part,
      parts,
    }));
  });
  return tasksOn(
    slices.map(({ key }) => [key]),
    [part],
    {
      op: 'slice',
      paramsOf: (i) => {
        const { part, parts } = slices[i]!;
        return { part, parts };
      },
    },
  );
}
