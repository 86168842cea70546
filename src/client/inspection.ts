/** What a client learns of its cluster and writes down; methods of clients. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SchedulerInfo } from '../cluster/scheduler-info.js';
import type { Key } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';
import { InputError, SheafError } from '../util/errors.js';
import { version } from '../util/version.js';
import type { Requester } from './requester.js';

/** The versions of one party. */
export interface PartyVersions {
  readonly sheaf: string;
  readonly node: string;
}

/** Who has which versions. */
export interface Versions {
  readonly client: PartyVersions;
  readonly scheduler: PartyVersions;
  /** By name. */
  readonly workers: Readonly<Record<string, PartyVersions>>;
}

/** One transition of a task; the time in ms since the epoch. */
export interface StoryEvent {
  readonly time: number;
  readonly key: Key;
  readonly from: string;
  readonly to: string;
  /** The event that led to it, and whose it was. */
  readonly cause: string;
}

/** What a scheduler knows. */
export interface ClusterState {
  readonly info: SchedulerInfo;
  readonly tasks: readonly {
    readonly key: Key;
    readonly op: string;
    readonly state: string;
    readonly nbytes: number;
    /** Where it runs. */
    readonly worker?: string;
    readonly whoHas: readonly string[];
    readonly deps: readonly Key[];
    readonly error?: ErrorReport;
  }[];
  /** `wants` is the number of results. */
  readonly clients: readonly { readonly name: string; readonly wants: number }[];
}

export async function getVersions(client: Requester, { check = false }: { check?: boolean }): Promise<Versions> {
  const [scheduler, workers] = await Promise.all([
    client.request('scheduler.versions', {}) as Promise<PartyVersions>,
    client.request('workers.versions', {}) as Promise<Record<string, PartyVersions>>,
  ]);
  const versions = { client: { sheaf: version, node: process.versions.node }, scheduler, workers };
  const mismatch = check && mismatchOf(versions);
  if (mismatch) throw new SheafError(mismatch);
  return versions;
}

/** What is not the same everywhere, in words; undefined when all is. */
export function mismatchOf({ client, scheduler, workers }: Versions): string | undefined {
  const parties = [
    ['the client', client],
    ['the scheduler', scheduler],
  ] as [string, PartyVersions][];
  for (const [name, versions] of Object.entries(workers)) parties.push([`worker ${name}`, versions]);
  const sentences = (['sheaf', 'node'] as const).flatMap((name) => {
    const holders = new Map<string, string[]>();
    for (const [party, versions] of parties) {
      const known = holders.get(versions[name]);
      if (known) known.push(party);
      else holders.set(versions[name], [party]);
    }
    if (holders.size === 1) return [];
    const each = Array.from(holders, ([version, names]) => `${version} (${names.join(', ')})`);
    return [`different versions of ${name} meet: ${each.join(', ')}`];
  });
  return sentences.length === 0 ? undefined : `${sentences.join('; ')}; run the same on all of them`;
}

export async function dumpClusterState(client: Requester, path?: string): Promise<ClusterState> {
  const state = (await client.request('scheduler.dump', {})) as ClusterState;
  if (path !== undefined) await writeFile(path, JSON.stringify(state, finite, 2));
  return state;
}

/** JSON has no infinity, which a worker without a memory limit has. */
const finite = (_name: string, value: unknown): unknown => (value === Infinity ? 'Infinity' : value);

export async function uploadFile(client: Requester, path: string): Promise<Record<string, string>> {
  const content = await readFile(path).catch((cause: Error) => {
    throw new InputError(`uploadFile cannot read ${path}: ${cause.message}`, { cause });
  });
  const args = { name: basename(path), content: new Uint8Array(content) };
  return (await client.request('workers.upload', args)) as Record<string, string>;
}
