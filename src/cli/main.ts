#!/usr/bin/env node
/** The program `sheaf`: finds the command, which is loaded only then, and tells in one line what went wrong. */
import { InputError } from '../util/errors.js';
import { version } from '../util/version.js';
import { failureOf } from './failure.js';

interface Command {
  readonly help: string;
  run(args: readonly string[]): Promise<void>;
}

const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  'grid-search': {
    summary: 'search the best parameters of an estimator by cross-validation',
    load: async () => (await import('./grid-search.js')).gridSearch,
  },
};

const help = `sheaf: distributed arrays, futures and model search

Usage: sheaf COMMAND [flags]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name}  ${summary}\n`)
  .join('')}
  sheaf COMMAND --help  what a command does, its flags and examples
  sheaf --version       the version
`;

const [name = '--help', ...args] = process.argv.slice(2);
const isHelp = (arg: string) => arg === '--help' || arg === '-h';
let speaker = 'sheaf';

// The line of a progress bar is wiped; compute threads and connections end with the process.
process.once('SIGINT', () => {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.exit(130);
});
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
  const command = await commands[name]!.load();
  if (args.some(isHelp)) process.stdout.write(command.help);
  else await command.run(args);
}

/** All ranks of a job see the same wrong input; the one that is the client speaks of it. */
async function isSilentRank(): Promise<boolean> {
  const { currentLauncher } = await import('../cluster/bootstrap.js');
  const { rank, size } = currentLauncher() ?? { rank: 0, size: 1 };
  return rank !== Math.min(1, size - 1);
}
