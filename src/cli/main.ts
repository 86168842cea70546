#!/usr/bin/env node
/** The program `sheaf`: finds the command, which is loaded only then, and tells in one line what went wrong. */
import { InputError } from '../util/errors.js';
import { version } from '../util/version.js';
import { failureOf } from './failure.js';

interface Command {
  readonly help: string;
  run(args: readonly string[]): Promise<void>;
}

interface CommandEntry {
  readonly summary: string;
  /** Whether Ctrl-C ends it at once; others have something to hand over first. */
  readonly isInterruptible?: boolean;
  /** Whether what follows the first argument that is no flag is somebody else's. */
  readonly passesArguments?: boolean;
  load(): Promise<Command>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  'grid-search': {
    summary: 'search the best parameters of an estimator by cross-validation',
    isInterruptible: true,
    load: async () => (await import('./grid-search.js')).gridSearch,
  },
  scheduler: {
    summary: 'run a scheduler, which workers and clients join',
    load: async () => (await import('./scheduler.js')).scheduler,
  },
  worker: {
    summary: 'run workers of this host for a scheduler',
    load: async () => (await import('./worker.js')).worker,
  },
  mpi: {
    summary: 'make a cluster of the ranks of a job that mpirun or srun starts',
    load: async () => (await import('./mpi.js')).mpi,
  },
  job: {
    summary: 'print or submit the Slurm script that runs a program on many nodes',
    isInterruptible: true,
    passesArguments: true,
    load: async () => (await import('./job.js')).job,
  },
};

const help = `sheaf: distributed arrays, futures and model search

Usage: sheaf COMMAND [flags]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(11)}  ${summary}\n`)
  .join('')}
  sheaf COMMAND --help  what a command does, its flags and examples
  sheaf --version       the version
`;

const [name = '--help', ...args] = process.argv.slice(2);
const isHelp = (arg: string) => arg === '--help' || arg === '-h';
let speaker = 'sheaf';

// Whoever reads along, such as head, has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  if (isHelp(name)) process.stdout.write(help);
  else if (name === '--version') process.stdout.write(`${version}\n`);
  else await runCommand();
} catch (error) {
  const { text, exitCode } = failureOf(error);
  if (error instanceof InputError && (await isSilentRank())) process.exit(0);
  process.stderr.write(`${speaker}: ${text}\n`);
  process.exitCode = exitCode;
}

async function runCommand(): Promise<void> {
  if (!Object.hasOwn(commands, name)) {
    throw new InputError(`there is no command ${name}: there are ${Object.keys(commands).join(', ')} (see --help)`);
  }
  speaker = `sheaf ${name}`;
  const { isInterruptible, passesArguments, load } = commands[name]!;
  if (isInterruptible) process.once('SIGINT', endAtOnce);
  const command = await load();
  if (args.slice(0, passesArguments ? 1 : undefined).some(isHelp)) process.stdout.write(command.help);
  else await command.run(args);
}

/** The line of a progress bar is wiped; compute threads and connections end with the process. */
function endAtOnce(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.exit(130);
}

/** All ranks of a job see the same wrong input; the one that is the client speaks of it. */
async function isSilentRank(): Promise<boolean> {
  const { currentLauncher } = await import('../cluster/bootstrap.js');
  const { rank, size } = currentLauncher() ?? { rank: 0, size: 1 };
  return rank !== Math.min(1, size - 1);
}
