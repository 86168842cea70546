/** `sheaf mpi`: the ranks of a job as a cluster, for clients that join it. */
import { InputError } from '../util/errors.js';
import {
  interfaceFlag,
  placeOf,
  schedulerFileFlag,
  schedulerFlags,
  schedulerSettingsOf,
  workerFlags,
  workerSettingsOf,
} from './cluster-flags.js';
import { flagsHelp, integerOf, parseFlags, takePositional, textOf } from './flags.js';

const flags = {
  ...schedulerFileFlag,
  'no-scheduler': { help: 'all ranks are workers of the scheduler that the file or the address names' },
  'inclusive-workers': { help: 'rank 0, the scheduler, has a worker too' },
  ...interfaceFlag,
  ...schedulerFlags,
  ...workerFlags,
  'timeout-ms': { value: 'N', help: 'how long ranks wait for one another (default 120000)' },
  help: { help: 'this text' },
} as const;

const help = `sheaf mpi: makes a cluster of the ranks of a job: rank 0 is the scheduler, the others are workers

Usage: mpirun -n 4 sheaf mpi --scheduler-file FILE [flags]
       mpirun -n 2 sheaf mpi --no-scheduler --scheduler-file FILE [flags]
       mpirun -n 2 sheaf mpi --no-scheduler ADDRESS [flags]

Flags:
${flagsHelp(flags)}
Scripts join with new Client({ schedulerFile }), or unchanged where SHEAF_SCHEDULER_FILE names the file. The job ends with
SIGTERM, or with client.shutdown().

Examples:
  mpirun -n 4 sheaf mpi --scheduler-file cluster.json
  srun --overcommit --nodes=2 --ntasks=3 sheaf mpi --scheduler-file cluster.json --interface ib0
  SHEAF_SCHEDULER_FILE=cluster.json node script.js
`;

const DEFAULT_TIMEOUT_MS = 120_000;

export const mpi = {
  help,
  async run(args: readonly string[]): Promise<void> {
    const { before, positional: address, after } = takePositional(args, flags);
    const given = parseFlags([...before, ...after], flags);
    const schedulerFile = textOf(given, 'scheduler-file');
    const joins = textOf(given, 'no-scheduler') !== undefined;
    if (address !== undefined && !joins)
      throw new InputError(`an address (${address}) is for --no-scheduler: without it rank 0 is the scheduler`);
    if (joins && (address === undefined) === (schedulerFile === undefined))
      throw new InputError('--no-scheduler needs the address of a scheduler, or --scheduler-file FILE, and not both');
    if (!joins && schedulerFile === undefined)
      throw new InputError('--scheduler-file FILE is missing: nobody could join the cluster without it');
    const timeoutMs = integerOf(given, 'timeout-ms', 1) ?? DEFAULT_TIMEOUT_MS;
    const { runMpiRank } = await import('../cluster/stand-alone.js');
    await runMpiRank(
      {
        scheduler: { ...schedulerSettingsOf(given), ...(schedulerFile !== undefined && { schedulerFile }) },
        working: workerSettingsOf(given),
        isInclusive: textOf(given, 'inclusive-workers') !== undefined,
        timeoutMs,
        ...(joins && { join: { ...placeOf(address, schedulerFile), timeoutMs } }),
      },
      ({ addresses }) => process.stdout.write(`scheduler at ${addresses.join(', ')}, in ${schedulerFile}\n`),
    );
    process.exit(0);
  },
};
