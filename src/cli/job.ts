/** `sheaf job`: the Slurm script that runs a program on many nodes, to look at or to submit. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { InputError, SheafError } from '../util/errors.js';
import { flagsHelp, type Given, integerOf, parseFlags, takePositional, textOf } from './flags.js';
import { type JobSettings, jobScript } from './job-script.js';

const flags = {
  nodes: { value: 'N', help: 'nodes (default 1)' },
  'workers-per-node': { value: 'N', help: 'worker processes on each node (default 1)' },
  'cpus-per-task': { value: 'N', help: 'cores, and so compute threads, of each worker (default 1)' },
  time: { value: 'TIME', help: 'the longest it may take, as Slurm writes it: 00:10:00' },
  mem: { value: 'SIZE', help: 'memory on each node, as Slurm writes it: 64G (default: what the site gives)' },
  partition: { value: 'NAME', help: 'where to run' },
  account: { value: 'NAME', help: 'who pays' },
  interface: { value: 'NAME', help: 'the network interface to listen on, such as ib0' },
  mpi: { value: 'TYPE', help: "srun's MPI plug-in, such as pmi2 or pmix; needed only where nodes share no directory" },
  module: { value: 'NAME', repeats: true, help: 'a module to load before, such as nodejs/20' },
  'job-name': { value: 'NAME', help: "(default: the script's)" },
  output: { value: 'FILE', help: 'where the output goes (default NAME-%j.out)' },
  sbatch: { value: 'OPTION', repeats: true, help: 'any other option of sbatch: --sbatch=--qos=long' },
  submit: { help: 'submit it, by sbatch, and print the number of the job' },
  help: { help: 'this text' },
} as const;

const help = `sheaf job: prints the Slurm script that runs a program on many nodes

Usage: sheaf job --nodes N --cpus-per-task N --time TIME [flags] SCRIPT [arguments of the script]

Flags:
${flagsHelp(flags)}
Examples:
  sheaf job --nodes 2 --cpus-per-task 40 --time 00:10:00 primes.js > job.sh; sbatch job.sh
  sheaf job --nodes 2 --cpus-per-task 40 --time 00:10:00 --interface ib0 --submit primes.js 100000000 100001000
`;

/** minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds. */
const TIME = /^(\d+|\d+:\d\d|\d+:\d\d:\d\d|\d+-\d+(:\d\d(:\d\d)?)?)$/;

/** Raises {@link InputError} for what is missing or cannot be. */
export function jobSettingsOf(args: readonly string[]): { readonly settings: JobSettings; readonly submit: boolean } {
  const { before, positional: script, after } = takePositional(args, flags);
  const given = parseFlags(before, flags);
  if (script === undefined) throw new InputError('the script is missing: sheaf job [flags] SCRIPT [arguments]');
  const time = textOf(given, 'time');
  if (time === undefined)
    throw new InputError('--time is missing: the longest that the job may take, such as 00:10:00');
  if (!TIME.test(time))
    throw new InputError(`--time must be minutes, or hours:minutes:seconds such as 00:10:00, got '${time}'`);
  const name = textOf(given, 'job-name') ?? basename(script, extname(script));
  const settings = {
    ...{ script, args: after, time, name },
    nodes: integerOf(given, 'nodes', 1) ?? 1,
    workersPerNode: integerOf(given, 'workers-per-node', 1) ?? 1,
    cpusPerTask: integerOf(given, 'cpus-per-task', 1) ?? 1,
    output: textOf(given, 'output') ?? `${name}-%j.out`,
    modules: textsOf(given, 'module'),
    sbatch: textsOf(given, 'sbatch'),
    ...optional('memory', textOf(given, 'mem')),
    ...optional('partition', textOf(given, 'partition')),
    ...optional('account', textOf(given, 'account')),
    ...optional('interface', textOf(given, 'interface')),
    ...optional('mpi', textOf(given, 'mpi')),
  };
  return { settings, submit: textOf(given, 'submit') !== undefined };
}

export const job = {
  help,
  async run(args: readonly string[]): Promise<void> {
    const { settings, submit } = jobSettingsOf(args);
    if (!existsSync(settings.script))
      throw new InputError(
        `there is no ${settings.script} here: name the script as seen from where the job is submitted`,
      );
    const text = jobScript(settings);
    if (submit) submitJob(text);
    else process.stdout.write(text);
  },
};

function submitJob(text: string): void {
  const { status, error } = spawnSync('sbatch', [], { input: text, stdio: ['pipe', 'inherit', 'inherit'] });
  if (error) throw new SheafError(`sbatch, which submits to Slurm, cannot be run here: ${error.message}`);
  if (status !== 0) throw new SheafError(`sbatch refused the job (exit code ${status})`);
}

const textsOf = <Name extends string>(given: readonly Given<Name>[], name: NoInfer<Name>): string[] =>
  given.filter((flag) => flag.name === name).map(({ text }) => text);

function optional<K extends string>(name: K, value: string | undefined): { readonly [_ in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [_ in K]: string });
}
