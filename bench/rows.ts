/** The results of a case as plain rows, one per line. */
import { isMissing, type Line } from './case.js';
import type { Measures } from './run.js';
import { advantage, type Summary, summarize } from './statistics.js';

export interface Row {
  readonly case: string;
  readonly line: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** What sheaf's measure shall come to; absent where nothing is set. */
  readonly target?: number;
  /** The median. */
  readonly sheaf: number;
  /** Medians by column. */
  readonly peers: Readonly<Record<string, number>>;
  /** How many times better sheaf is, by column: above 1, sheaf is ahead. */
  readonly ratio: Readonly<Record<string, number>>;
  /** By column, `sheaf` among them. */
  readonly spread: Readonly<Record<string, Omit<Summary, 'median'>>>;
  /** Further numbers of the line by name, in JSON fields of the row. */
  readonly extra: Readonly<Record<string, number>>;
}

export function rowsOf(caseName: string, lines: readonly Line[], measures: Measures): Row[] {
  return lines.map((line) => {
    const { name, unit, higherIsBetter, target } = line;
    const sheaf = summarize(measures.get(line.sheaf)!);
    const peers = Object.entries(line.peers).flatMap(([column, peer]) =>
      isMissing(peer) ? [] : [[column, summarize(measures.get(peer)!)] as const],
    );
    const spreadOf = ({ min, max, rounds }: Summary) => ({ min, max, rounds });
    return {
      case: caseName,
      line: name,
      unit,
      higherIsBetter,
      ...(target === undefined ? {} : { target }),
      sheaf: sheaf.median,
      peers: Object.fromEntries(peers.map(([column, { median }]) => [column, median])),
      ratio: Object.fromEntries(
        peers.map(([column, { median }]) => [column, advantage(sheaf.median, median, higherIsBetter)]),
      ),
      spread: {
        sheaf: spreadOf(sheaf),
        ...Object.fromEntries(peers.map(([column, summary]) => [column, spreadOf(summary)])),
      },
      extra: line.extra?.((contestant) => summarize(measures.get(contestant)!).median) ?? {},
    };
  });
}

/** The sentences about peers that could not take part, each once. */
export function missingPeers(lines: readonly Line[]): string[] {
  const peers = lines.flatMap((line) => Object.values(line.peers));
  return [...new Set(peers.flatMap((peer) => (isMissing(peer) ? [peer.missing] : [])))];
}
