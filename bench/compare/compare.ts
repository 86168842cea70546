/**
 * What moved between two runs. Noise is told from the rounds: a measure moved when the ranges of its rounds do not overlap,
 * before and after, and that would rarely be so by chance. Were all rounds alike, each order of them would be as likely
 * as any other, so m rounds would lie all below or all above n others with the chance 2 m! n! / (m + n)!
 */
import { advantage, type Summary } from '../statistics.js';
import type { SavedRow } from './saved.js';

export type Range = Omit<Summary, 'median'>;

/** `rounds`: too few to tell. */
export type Verdict = 'better' | 'worse' | 'noise' | 'rounds';

/** More than this is not called rare; three rounds each are enough. */
const RARE = 0.1;

export interface Change {
  readonly before: number;
  readonly after: number;
  /** How many times better it is now: above 1 better, below 1 worse. */
  readonly times: number;
  readonly verdict: Verdict;
}

export interface Comparison extends Change {
  readonly case: string;
  readonly line: string;
  readonly unit: string;
  /** By column, how many times better than that peer sheaf was and is, each measured in one run. */
  readonly peers: Readonly<Record<string, Change>>;
}

export interface Comparisons {
  readonly lines: readonly Comparison[];
  /** Lines of one run alone, as `case line`. */
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export function compareRuns(before: readonly SavedRow[], after: readonly SavedRow[]): Comparisons {
  const earlier = new Map(before.map((row) => [nameOf(row), row]));
  const later = new Map(after.map((row) => [nameOf(row), row]));
  return {
    lines: [...later].flatMap(([name, row]) => (earlier.has(name) ? [compareRows(earlier.get(name)!, row)] : [])),
    gone: [...earlier.keys()].filter((name) => !later.has(name)),
    come: [...later.keys()].filter((name) => !earlier.has(name)),
  };
}

const nameOf = ({ case: name, line, unit }: SavedRow): string => `${name} ${line} (${unit})`;

function compareRows(before: SavedRow, after: SavedRow): Comparison {
  const { case: name, line, unit, higherIsBetter } = after;
  const shared = Object.keys(after.peers).filter((column) => column in before.peers);
  const own = changeOf(before.sheaf, before.spread.sheaf!, after.sheaf, after.spread.sheaf!, higherIsBetter);
  const peers = shared.map((column) => {
    const [from, to] = [before, after].map((row) => advantageOver(row, column));
    return [column, changeOf(from!.median, from!, to!.median, to!, true)] as const;
  });
  return { case: name, line, unit, ...own, peers: Object.fromEntries(peers) };
}

function changeOf(before: number, from: Range, after: number, to: Range, higherIsBetter: boolean): Change {
  const times = advantage(after, before, higherIsBetter);
  return { before, after, times, verdict: verdictOf(from, to, times) };
}

export function verdictOf(before: Range, after: Range, times: number): Verdict {
  if (before.min <= after.max && after.min <= before.max) return 'noise';
  if (chanceOfParting(before.rounds, after.rounds) > RARE) return 'rounds';
  return times > 1 ? 'better' : 'worse';
}

/** That so many rounds and so many others, all alike, lie on two sides of some value. */
export function chanceOfParting(m: number, n: number): number {
  let chance = 2;
  for (let i = 1; i <= m; i++) chance *= i / (n + i);
  return chance;
}

/** How many times better sheaf was than a peer, and between which limits that lies, whatever rounds are held against one another. */
export function advantageOver({ sheaf, peers, spread, higherIsBetter }: SavedRow, column: string): Summary {
  const [own, other] = [spread.sheaf!, spread[column]!];
  const ends = [advantage(own.min, other.max, higherIsBetter), advantage(own.max, other.min, higherIsBetter)];
  return {
    median: advantage(sheaf, peers[column]!, higherIsBetter),
    ...{ min: Math.min(...ends), max: Math.max(...ends), rounds: Math.min(own.rounds, other.rounds) },
  };
}
