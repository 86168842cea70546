/**
 * Grouping by a shuffle of tasks, as Dask's. The number of an item's partition, which is the hash of its key, is written
 * in base b; each stage sends items to where one more of its digits is right, lowest first. A stage costs n * b small
 * tasks where one stage for all would cost n * n.
 */
import type { Key } from '../graph/task.js';
import { type KeyOf, type Partitions, selecting, tasksOn, tasksOnEach } from './build.js';

/** How many ways a stage sends items. */
const MAX_BRANCH = 32;

/** Bags of `[key, items]`; all items of a key are in one partition. */
export function groupby<T>(partitions: Partitions, by: KeyOf<T>, npartitions: number): Partitions {
  const { key, fn } = selecting(by);
  const fns = { key: fn };
  const places = Math.max(npartitions, partitions.keys.length);
  let stages = 1;
  while (MAX_BRANCH ** stages < places) stages++;
  const base = Math.ceil(places ** (1 / stages));
  const size = base ** stages;

  // Places beyond the partitions that there are begin empty.
  let held: readonly (Key | undefined)[] = Array.from({ length: size }, (_, place) => partitions.keys[place]);
  let { part } = partitions;
  for (let stage = 0; stage < stages; stage++) {
    const divisor = base ** stage;
    const occupied = [...held.keys()].filter((place) => held[place] !== undefined);
    const sources = { keys: occupied.map((place) => held[place]!), part };
    const split = tasksOnEach(sources, { op: 'split', params: { key, npartitions, base, divisor }, fns });
    const splitAt = new Map(occupied.map((place, i) => [place, split.keys[i]!]));

    const digits = Array.from({ length: base }, (_, digit) => digit);
    const wanted = [...held.keys()].map((place) => {
      const own = Math.floor(place / divisor) % base;
      const from = digits.flatMap((digit) => splitAt.get(place + (digit - own) * divisor) ?? []);
      return { own, from };
    });
    const pieces = tasksOn(
      wanted.flatMap(({ from }) => from.map((key) => [key])),
      [split.part],
      { op: 'at', paramsOf: indexed(wanted.flatMap(({ own, from }) => from.map(() => own))) },
    );
    let next = 0;
    const rows = wanted.map(({ from }) => pieces.keys.slice(next, (next += from.length)));
    const filled = [...rows.keys()].filter((place) => rows[place]!.length > 0);
    const joined = tasksOn(
      filled.map((place) => rows[place]!),
      [pieces.part],
      { op: 'concatenate' },
    );
    const keyAt = new Map(filled.map((place, i) => [place, joined.keys[i]]));
    held = rows.map((_, place) => keyAt.get(place));
    part = joined.part;
  }
  const ends = { keys: held.slice(0, npartitions).map((key) => key!), part };
  return tasksOnEach(ends, { op: 'group', params: { key }, fns });
}

const indexed =
  (indices: readonly number[]) =>
  (i: number): { index: number } => ({ index: indices[i]! });
