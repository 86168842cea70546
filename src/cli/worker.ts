/** `sheaf worker`: workers of this host for a scheduler that runs somewhere. */
import { hostname } from 'node:os';
import { readCores } from '../cluster/cores.js';
import { InputError } from '../util/errors.js';
import { interfaceFlag, placeOf, schedulerFileFlag, workerFlags, workerSettingsOf } from './cluster-flags.js';
import { flagsHelp, integerOf, parseFlags, takePositional, textOf } from './flags.js';

const flags = {
  ...schedulerFileFlag,
  nworkers: { value: 'N', help: 'workers to start, each a process that is replaced when it dies (default 1)' },
  ...workerFlags,
  ...interfaceFlag,
  name: { value: 'NAME', help: 'what the worker is called (default: host and process); -0, -1, … for several' },
  'timeout-ms': { value: 'N', help: 'how long to look for the scheduler (default 30000)' },
  help: { help: 'this text' },
} as const;

const help = `sheaf worker: runs workers of this host for a scheduler

Usage: sheaf worker ADDRESS [flags]
       sheaf worker --scheduler-file FILE [flags]

Flags:
${flagsHelp(flags)}
With an address, the cluster's secret is that of SHEAF_SECRET. Ctrl-C or SIGTERM: it hands over the results that it holds and leaves.

Examples:
  sheaf worker --scheduler-file cluster.json --nthreads 4
  SHEAF_SECRET=… sheaf worker tcp://10.0.0.1:8786 --nworkers 2 --memory-limit 8GiB
`;

const DEFAULT_TIMEOUT_MS = 30_000;

export const worker = {
  help,
  async run(args: readonly string[]): Promise<void> {
    const { before, positional: address, after } = takePositional(args, flags);
    const given = parseFlags([...before, ...after], flags);
    const schedulerFile = textOf(given, 'scheduler-file');
    if ((address === undefined) === (schedulerFile === undefined))
      throw new InputError('give the address of the scheduler, or --scheduler-file FILE, and not both');
    const count = integerOf(given, 'nworkers', 1) ?? 1;
    const name = textOf(given, 'name') ?? `${hostname()}-${process.pid}`;
    const { runWorkers } = await import('../cluster/stand-alone.js');
    const failures = await runWorkers(
      {
        timeoutMs: integerOf(given, 'timeout-ms', 1) ?? DEFAULT_TIMEOUT_MS,
        ...placeOf(address, schedulerFile),
      },
      {
        nthreads: Math.max(1, Math.floor(readCores().available / count)),
        share: 1 / count,
        ...workerSettingsOf(given),
        names: count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}-${i}`),
      },
      (at) => process.stdout.write(`${count === 1 ? 'worker has' : `${count} workers have`} joined ${at}\n`),
    );
    for (const failure of failures) process.stderr.write(`sheaf worker: ${failure}\n`);
    process.exit(failures.length > 0 ? 1 : 0);
  },
};
