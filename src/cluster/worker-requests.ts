/** What may be asked of a worker, by name. These run in its main thread, beside its tasks. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { load } from '../shipping/load.js';
import { resultTrouble } from '../shipping/result.js';
import { version } from '../util/version.js';

export interface WorkerContext {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
  readonly log: readonly LogLine[];
  /** The directory for files of the user. */
  readonly uploads: () => string;
}

/** When (ms since the epoch), how grave, and what. */
export type LogLine = readonly [time: number, level: 'info' | 'warning' | 'error', text: string];

// biome-ignore lint/suspicious/noExplicitAny: each method knows its arguments, which come from our own scheduler
type Method = (context: WorkerContext, args: any) => unknown;

export const workerRequests: Readonly<Record<string, Method>> = {
  async run({ name, address, nthreads }, { payload, args }) {
    const fn = (await load(payload)) as (...args: unknown[]) => unknown;
    const value = await fn(...args, { name, address, nthreads });
    const trouble = resultTrouble(value);
    if (trouble) throw new TypeError(`the result on worker ${name} cannot be sent: ${trouble}`);
    return value;
  },
  logs: ({ log }, { n }) => (n === undefined ? log : log.slice(-n)),
  versions: () => ({ sheaf: version, node: process.versions.node, platform: process.platform, arch: process.arch }),
  async upload({ uploads }, { name, content }) {
    const directory = uploads();
    await mkdir(directory, { recursive: true });
    const path = join(directory, basename(name));
    await writeFile(path, content);
    return path;
  },
};
