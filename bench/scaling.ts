/**
 * How work scales with workers. Strong: the same work on p workers, speedup T1 / Tp. Weak: p times the work on p
 * workers, scaled speedup p T1 / Tp (Gustafson). Efficiency is either over p.
 */
import type { Contestant, Line, OpenCase } from './case.js';
import { scaling } from './statistics.js';

/** Whose time grows with the work of each worker. */
export type Mode = 'strong' | 'weak';

/** What its tasks wait for: a core, so that more workers than cores cannot help, or nothing but time. */
export type Bound = 'cores' | 'latency';

export interface ScalingPart {
  readonly mode: Mode;
  readonly bound: Bound;
  readonly rounds: number;
  /** The work on so many workers; its rounds measure ms. */
  on(workers: number): Contestant;
  /** The speedup that a scheduler could reach that costs nothing, where that is known. */
  idealSpeedup?(workers: number): number;
}

/** A case whose clusters can have any number of workers. */
export interface OpenScaling extends Omit<OpenCase, 'lines'> {
  readonly parts: readonly ScalingPart[];
}

export type OpenScalingFn = () => Promise<OpenScaling>;

/** The lines of `workers` (ascending from 1) that mean something on a machine of `cores`, and notes about them. */
export function scalingCase(
  { parts, notes, ...open }: OpenScaling,
  workers: readonly number[],
  cores: number,
): OpenCase {
  const lines = parts.flatMap((part) =>
    linesOf(
      part,
      workers.filter((count) => isValid(part, count, cores)),
    ),
  );
  return { ...open, lines, notes: [...notes, ...parts.flatMap((part) => notesOf(part, workers, cores))] };
}

const isValid = ({ bound }: ScalingPart, workers: number, cores: number): boolean =>
  bound === 'latency' || workers <= cores;

function linesOf({ mode, rounds, on, idealSpeedup }: ScalingPart, workers: readonly number[]): Line[] {
  const contestants = new Map(workers.map((count) => [count, on(count)]));
  const one = contestants.get(1)!;
  return [...contestants].map(([count, sheaf]) => ({
    ...{ name: `scaling-${mode}-${count}`, unit: 'ms', higherIsBetter: false, rounds, sheaf, peers: {} },
    extra: (median) => ({
      workers: count,
      ...scaling(median(one), median(sheaf), count, mode === 'weak' ? count : 1),
      ...(idealSpeedup && { bound: idealSpeedup(count) / count }),
    }),
  }));
}

function notesOf({ mode, bound }: ScalingPart, workers: readonly number[], cores: number): string[] {
  const name = `scaling-${mode}`;
  const beyond = workers.filter((count) => count > cores);
  const machine = `this machine has ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  if (bound === 'latency') {
    const claim = `${name} is latency-bound: its tasks sleep and need no core, so its lines are valid`;
    return [beyond.length === 0 ? `${claim}.` : `${claim} on more workers than cores, too (${machine}).`];
  }
  const left = beyond.map((count) => `${name}-${count}`);
  const claim = `${name} is bound by the cores`;
  return [left.length === 0 ? `${claim}.` : `${claim}; left out, as ${machine}: ${left.join(', ')}.`];
}
