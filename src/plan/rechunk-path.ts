/**
 * The cuts between that of an array and a wanted one. A chunk of the new cut needs all old chunks that it overlaps; where
 * those are too many, whole arrays would be in memory for one task, as when rows become columns. Then there are cuts
 * between, geometrically: of k steps each multiplies the extents of an axis by the k-th root of what is wanted, so that
 * chunks are never larger than those at both ends, and the inputs of a task are the k-th root as many. Every step copies
 * the array once more, hence as few as do. (Dask's `plan_rechunk` merges and splits greedily for the same end; a task
 * of its own for each piece makes it count pieces rather than inputs.)
 */
import { type Chunks, common, isKnown, largest, sameExtents, startsOf } from './chunks.js';

/** A task may have so many inputs. */
const MOST_INPUTS = 32;
/** And so many bytes of them, unless they are few anyway. */
const MOST_BYTES = 2 ** 31;
const FEW_INPUTS = 4;
/** More steps are not worth it, however many inputs there are. */
const MOST_STEPS = 4;

/** The cuts to go through, in order, without both ends; none where it can be done at once. */
export function rechunkPath(from: Chunks, to: Chunks, itemsize: number): Chunks[] {
  if (!isKnown(from) || !isKnown(to)) return [];
  const inputs = from.reduce((product, extents, axis) => product * mostOverlaps(extents, to[axis]!), 1);
  const bytes = from.reduce((product, extents) => product * largest(extents), itemsize);
  const isFine = (each: number) => each <= MOST_INPUTS && (each * bytes <= MOST_BYTES || each <= FEW_INPUTS);
  let steps = 1;
  while (steps < MOST_STEPS && !isFine(inputs ** (1 / steps))) steps++;
  return Array.from({ length: steps - 1 }, (_, i) =>
    from.map((extents, axis) => between(extents, to[axis]!, (i + 1) / steps)),
  );
}

/** How many old chunks a new one overlaps at most. */
export function mostOverlaps(old: readonly number[], cut: readonly number[]): number {
  const starts = startsOf(old);
  let most = 1;
  let first = 0;
  startsOf(cut).forEach((start, i) => {
    const end = start + cut[i]!;
    while (first < old.length - 1 && starts[first]! + old[first]! <= start) first++;
    let last = first;
    while (last + 1 < old.length && starts[last + 1]! < end) last++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/**
 * A cut whose chunks are as many as lie between those of two, geometrically. It has all the boundaries of the coarser cut
 * and those of the finer one that come closest to chunks of equal extents.
 */
function between(from: readonly number[], to: readonly number[], share: number): readonly number[] {
  if (sameExtents(from, to)) return from;
  const coarse = from.length < to.length ? from : to;
  const total = coarse.reduce((sum, extent) => sum + extent, 0);
  const width = total / (from.length ** (1 - share) * to.length ** share);
  const ends = new Set(startsOf(coarse));
  const extents: number[] = [];
  let at = 0;
  let open = 0;
  for (const piece of common(from, to)) {
    // A chunk ends where the coarser cut does, or where it is closer to the width without the next piece.
    if (open > 0 && (ends.has(at) || open + piece / 2 > width)) {
      extents.push(open);
      open = 0;
    }
    open += piece;
    at += piece;
  }
  extents.push(open);
  return extents;
}
