/** NumPy and dask.array as contestants: see array_work.py. */
import type { Contestant, Missing } from '../case.js';
import { dask, notInstalled, numpy, pythonVersions } from './peers.js';
import { type PythonPeer, startPython } from './python.js';

export interface ArrayRequest {
  readonly measure: string;
  /** The name of the input, null where there is none. */
  readonly data: string | null;
  readonly n: number;
}

export interface ArrayPeers {
  readonly versions: Readonly<Record<string, string>>;
  /** The columns of a line; `check` raises when one found something wrong. */
  columns(
    request: ArrayRequest,
    check: (who: string, result: number) => void,
    maxRounds?: number,
  ): Record<string, Contestant | Missing>;
  close(): Promise<void>;
}

/** Each has a process of its own, so that one can be stopped while the other is measured. */
export function openArrayPeers(): ArrayPeers {
  const all = [
    { name: 'numpy', peer: numpy },
    { name: 'dask.array', peer: dask },
  ].map(({ name, peer }) => {
    const found = peer.find();
    return { name, peer, version: found && pythonVersions(found), python: found && startPython(found.command) };
  });
  return {
    versions: Object.fromEntries(all.flatMap(({ name, version }) => (version ? [[name, version]] : []))),
    columns: (request, check, maxRounds) =>
      Object.fromEntries(
        all.map(({ name, peer, python }) => [
          name,
          python ? contestant(name, python, request, check, maxRounds) : { missing: notInstalled(peer) },
        ]),
      ),
    async close() {
      for (const { python } of all) {
        await python?.ask('arrays_close', {}).catch(() => {}); // a process that broke has been told of
        await python?.close();
      }
    },
  };
}

function contestant(
  name: string,
  python: PythonPeer,
  request: ArrayRequest,
  check: (who: string, result: number) => void,
  maxRounds: number | undefined,
): Contestant {
  const ask = () => python.ask<number>('arrays', { ...request, peer: name });
  return {
    ...(maxRounds !== undefined && { maxRounds }),
    ...(maxRounds !== 1 && { warmUp: async () => void (await ask()) }),
    async round() {
      const { ms, result } = await ask();
      check(name, result);
      return ms;
    },
  };
}
