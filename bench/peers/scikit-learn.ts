/** Grid searches in scikit-learn as contestants. */
import type { Contestant, Missing } from '../case.js';
import { type Found, warmUpSplit } from '../cases/digits.js';
import { notInstalled, pythonVersions, scikitLearn } from './peers.js';
import { type PythonPeer, startPython } from './python.js';

/** The parameters of driver.py's grid_search, but for the split and the jobs. */
export interface SearchRequest {
  /** So many rows, told odd from even; null for all rows and ten classes. */
  readonly odd_even: number | null;
  readonly grid: unknown;
  readonly scoring: readonly string[];
  readonly cv: number;
}

export type CheckFound = (split: number, found: readonly Found[]) => void;

export interface ScikitLearn {
  readonly versions: Readonly<Record<string, string>>;
  /** The columns of this peer in a line: round r searches split r; `check` raises when it found something wrong. */
  columns(request: SearchRequest, check: CheckFound): Record<string, Contestant | Missing>;
  close(): Promise<void>;
}

const jobs = { 'scikit-learn n_jobs=1': 1, 'scikit-learn n_jobs=-1': -1 } as const;

export function openScikitLearn(): ScikitLearn {
  const found = scikitLearn.find();
  if (!found) {
    const missing: Missing = { missing: notInstalled(scikitLearn) };
    const columns = () => Object.fromEntries(Object.keys(jobs).map((column) => [column, missing]));
    return { versions: {}, columns, close: async () => {} };
  }
  const python = startPython(found.command);
  return {
    versions: { 'scikit-learn': pythonVersions(found) },
    columns: (request, check) =>
      Object.fromEntries(
        Object.entries(jobs).map(([column, nJobs]) => [column, contestant(python, request, nJobs, check)]),
      ),
    close: () => python.close(),
  };
}

/** Warmed up by the same search on another split, as sheaf is. */
function contestant(python: PythonPeer, request: SearchRequest, nJobs: number, check: CheckFound): Contestant {
  let rounds = 0;
  const run = (split: number) => python.ask<Found[]>('grid_search', { ...request, split, n_jobs: nJobs });
  return {
    async warmUp() {
      await run(warmUpSplit);
    },
    async round() {
      const split = rounds++;
      const { ms, result } = await run(split);
      check(split, result);
      return ms;
    },
  };
}
