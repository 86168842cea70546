/**
 * Runs the lines of a case round by round: everyone's first round, then everyone's second, so that a machine that is
 * slower for a while is so for all. Every other round goes backwards, so that nobody always follows the same other.
 */
import { type Contestant, isMissing, type Line } from './case.js';

/** The measures of every contestant, in the order of the rounds. */
export type Measures = ReadonlyMap<Contestant, readonly number[]>;

export interface RunOptions {
  /** At most so many rounds. */
  readonly maxRounds: number;
  /** Told before each round. */
  readonly onRound?: (round: number, rounds: number) => void;
}

export async function runLines(
  lines: readonly Line[],
  { maxRounds, onRound = () => {} }: RunOptions,
): Promise<Measures> {
  const rounds = roundsOf(lines, maxRounds);
  const measures = new Map<Contestant, number[]>();
  for (const contestant of rounds.keys()) {
    measures.set(contestant, []);
    await contestant.warmUp?.();
  }
  const most = Math.max(0, ...rounds.values());
  for (let round = 0; round < most; round++) {
    onRound(round, most);
    const due = [...rounds].filter(([, count]) => count > round).map(([contestant]) => contestant);
    for (const contestant of round % 2 === 0 ? due : due.reverse()) {
      measures.get(contestant)!.push(await contestant.round());
    }
  }
  return measures;
}

/** How often each contestant is measured: as often as the line of its that asks for most. */
function roundsOf(lines: readonly Line[], maxRounds: number): Map<Contestant, number> {
  const rounds = new Map<Contestant, number>();
  for (const line of lines) {
    const present = Object.values(line.peers).flatMap((peer) => (isMissing(peer) ? [] : [peer]));
    for (const contestant of [line.sheaf, ...present]) {
      const count = Math.min(maxRounds, line.rounds, contestant.maxRounds ?? Number.POSITIVE_INFINITY);
      rounds.set(contestant, Math.max(count, rounds.get(contestant) ?? 0));
    }
  }
  return rounds;
}
