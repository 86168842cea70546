/** What a case of the benchmark is made of. */

/** One of those that are compared: sheaf in some setting, or a peer. */
export interface Contestant {
  /** Once, before the first round. */
  warmUp?(): Promise<void>;
  /** Measured at most so often, however many rounds its line has: one that takes minutes. */
  readonly maxRounds?: number;
  /** Prepares one round, measures it, checks what came out and gives the measure in the unit of its line. */
  round(): Promise<number>;
}

/** A peer that cannot take part, with a sentence that says why and what to do. */
export interface Missing {
  readonly missing: string;
}

export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly rounds: number;
  /** What sheaf's measure shall come to, in the unit of the line. */
  readonly target?: number;
  readonly sheaf: Contestant;
  /** By column. A contestant that stands in several lines is measured once a round for all of them. */
  readonly peers: Readonly<Record<string, Contestant | Missing>>;
  /** Further numbers, from the medians of contestants of the case. */
  extra?(median: (contestant: Contestant) => number): Readonly<Record<string, number>>;
}

/** A case whose data are loaded and whose peers are started. */
export interface OpenCase {
  readonly lines: readonly Line[];
  /** Versions of the peers that take part, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a reader has to know about how the lines were measured. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export type OpenCaseFn = () => Promise<OpenCase>;

export const isMissing = (peer: Contestant | Missing): peer is Missing => 'missing' in peer;
