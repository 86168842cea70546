/** What may be asked of a worker, by name. These run in its main thread, beside its tasks. */
import type { Complete } from '../shipping/payload.js';
import { InputError, SheafError } from '../util/errors.js';
import { version } from '../util/version.js';
import type { WorkerFiles } from './worker-files.js';

/** What functions that run on a worker, and plugins, are told of it. */
export interface WorkerHandle {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
  /** Where the files are that clients have uploaded; it is made with the first of them, and goes with the worker. */
  readonly localDirectory: string;
}

/** When (ms since the epoch), how grave, and what. */
export type LogLine = readonly [time: number, level: 'info' | 'warning' | 'error', text: string];

/** Something that is set up on every worker, and torn down when it ends; `this` is the plugin. */
export interface Plugin {
  readonly name: string;
  setup?(worker: WorkerHandle): unknown;
  teardown?(worker: WorkerHandle): unknown;
}

export interface WorkerContext extends WorkerHandle {
  readonly log: readonly LogLine[];
  readonly files: WorkerFiles;
  readonly plugins: Map<string, Plugin>;
  /** Ends what the threads run, and starts them anew. */
  readonly restart: () => Promise<void>;
}

const handleOf = ({ name, address, nthreads, localDirectory }: WorkerContext): WorkerHandle => ({
  ...{ name, address, nthreads, localDirectory },
});

/** Does nothing for a plugin that is not there. */
export async function tearDown(context: WorkerContext, name: string): Promise<void> {
  const plugin = context.plugins.get(name);
  context.plugins.delete(name);
  await plugin?.teardown?.(handleOf(context));
}

/** How long plugins may take to clean up when their worker ends, in ms. */
const FAREWELL_MS = 5000;

/** Tears all plugins down, whatever they throw, and waits for them, but not for ever. */
export async function tearDownAll(context: WorkerContext): Promise<void> {
  if (context.plugins.size === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, FAREWELL_MS);
  });
  const all = Promise.allSettled([...context.plugins.keys()].map((name) => tearDown(context, name)));
  await Promise.race([all, late]);
  clearTimeout(timer);
}

// biome-ignore lint/suspicious/noExplicitAny: each method knows its arguments, which come from our own scheduler
type Method = (context: WorkerContext, args: any) => unknown;

/** Imported when first needed, as most workers never load a function in their main thread. */
const loadComplete = async (sent: Complete) => (await import('../shipping/load.js')).loadComplete(sent);

export const workerRequests: Readonly<Record<string, Method>> = {
  async run(context, { fn: sent, args }) {
    const fn = (await loadComplete(sent)) as (...args: unknown[]) => unknown;
    // Whoever has no parameter for it is not given it: it would stand in the place of an optional one.
    const value = await (fn.length > args.length ? fn(...args, handleOf(context)) : fn(...args));
    const { resultTrouble } = await import('../shipping/result.js');
    const trouble = resultTrouble(value);
    if (trouble) throw new TypeError(`the result on worker ${context.name} cannot be sent: ${trouble}`);
    return value;
  },
  logs: ({ log }, { n }) => (n === undefined ? log : log.slice(-n)),
  versions: () => ({ sheaf: version, node: process.versions.node, platform: process.platform, arch: process.arch }),
  upload: ({ files }, { name, content }) => files.write(name, content),
  restart: ({ restart }) => restart().then(() => null),
  async 'plugin.add'(context, { name, fields, functions }) {
    if (context.plugins.has(name)) await tearDown(context, name);
    const plugin: Record<string, unknown> = { ...fields, name };
    for (const [field, sent] of Object.entries(functions)) plugin[field] = await loadComplete(sent as Complete);
    context.plugins.set(name, plugin as unknown as Plugin);
    try {
      await (plugin as unknown as Plugin).setup?.(handleOf(context));
    } catch (cause) {
      context.plugins.delete(name);
      const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new SheafError(`the plugin ${name} could not be set up on worker ${context.name}: ${why}`, { cause });
    }
    return null;
  },
  async 'plugin.remove'(context, { name }) {
    if (!context.plugins.has(name)) throw new InputError(`worker ${context.name} has no plugin ${name}`);
    await tearDown(context, name);
    return null;
  },
};
