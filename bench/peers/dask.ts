/** Measures of dask.distributed as contestants: see dask_overhead.py. */
import type { Contestant, Missing } from '../case.js';
import { dask, notInstalled, pythonVersions } from './peers.js';
import { type PythonPeer, startPython } from './python.js';

/** What one round of a measure found, to be checked. */
export interface Done {
  readonly ms: number;
  readonly result: number;
}

export interface DaskRounds {
  /** The measure's name in dask_overhead.py. */
  readonly measure: string;
  /** At most so many. */
  readonly maxRounds?: number;
  /** Measures `ask` once outside of every round. */
  warmUp?(ask: (params: object) => Promise<Done>): Promise<void>;
  /** Measures `ask` for one round, checks it and gives the measure in the unit of the line. */
  round(round: number, ask: (params: object) => Promise<Done>): Promise<number>;
}

export interface Dask {
  readonly versions: Readonly<Record<string, string>>;
  /** The columns of this peer in a line. */
  columns(rounds: DaskRounds): Record<string, Contestant | Missing>;
  close(): Promise<void>;
}

/** The column of the faster setting. */
export const tuned = 'dask, tuned';

/** The columns, and the settings of dask_overhead.py that they show. */
const settings = { dask: 'default', [tuned]: 'tuned' } as const;

export function openDask(): Dask {
  const found = dask.find();
  if (!found) {
    const missing: Missing = { missing: notInstalled(dask) };
    const columns = () => Object.fromEntries(Object.keys(settings).map((column) => [column, missing]));
    return { versions: {}, columns, close: async () => {} };
  }
  const python = startPython(found.command);
  return {
    versions: { dask: pythonVersions(found) },
    columns: (rounds) =>
      Object.fromEntries(
        Object.entries(settings).map(([column, setting]) => [column, contestant(python, setting, rounds)]),
      ),
    close: async () => {
      await python.ask('dask_close', {}).catch(() => {}); // a process that broke has been told of
      await python.close();
    },
  };
}

function contestant(python: PythonPeer, setting: string, rounds: DaskRounds): Contestant {
  const { measure, maxRounds } = rounds;
  const ask = (params: object) => python.ask<number>('dask_overhead', { setting, measure, params });
  let done = 0;
  return {
    ...(maxRounds === undefined ? {} : { maxRounds }),
    warmUp: async () => rounds.warmUp?.(ask),
    round: () => rounds.round(done++, ask),
  };
}
