/** The Slurm batch script of a program: what `sheaf job` prints. */

export interface JobSettings {
  readonly script: string;
  readonly args: readonly string[];
  readonly nodes: number;
  readonly workersPerNode: number;
  readonly cpusPerTask: number;
  readonly time: string;
  readonly name: string;
  readonly output: string;
  readonly memory?: string;
  readonly partition?: string;
  readonly account?: string;
  readonly interface?: string;
  /** Slurm's MPI plug-in, as `srun --mpi` takes it. */
  readonly mpi?: string;
  readonly modules: readonly string[];
  /** More options of sbatch, such as `--qos=long`. */
  readonly sbatch: readonly string[];
}

/** One `#SBATCH` line: an option, and what is to be said of it. */
type Directive = readonly [option: string, remark?: string];

/**
 * The script, as text.
 *
 * @example
 * jobScript({ ...settings, script: 'script.js', nodes: 2, cpusPerTask: 40, time: '00:10:00' }).startsWith('#!/bin/bash'); // true
 */
export function jobScript(settings: JobSettings): string {
  const { nodes, workersPerNode, cpusPerTask } = settings;
  const optional = (option: string, value: string | undefined): Directive[] =>
    value === undefined ? [] : [[`--${option}=${value}`]];
  const directives: readonly Directive[] = [
    [`--job-name=${settings.name}`],
    [`--nodes=${nodes}`],
    [`--ntasks=${nodes * workersPerNode}`, `worker processes: ${workersPerNode} on each node`],
    [`--cpus-per-task=${cpusPerTask}`, 'compute threads of each worker'],
    [`--time=${settings.time}`],
    ...optional('mem', settings.memory),
    ...optional('partition', settings.partition),
    ...optional('account', settings.account),
    ['--exclusive', 'nobody else on these nodes'],
    ['--no-kill', 'a node that is lost does not end the job'],
    [`--output=${settings.output}`, '%j is the number of the job'],
    ...settings.sbatch.map((option): Directive => [option]),
  ];
  const width = Math.max(...directives.map(([option]) => option.length));
  const lines = directives.map(([option, remark]) =>
    remark === undefined ? `#SBATCH ${option}` : `#SBATCH ${option.padEnd(width)}  # ${remark}`,
  );
  const setUp = [
    ...settings.modules.map((module) => `module load ${quoted(module)}`),
    ...(settings.interface === undefined
      ? []
      : [
          '# The network of the data: scheduler, workers and client listen there.',
          `export SHEAF_INTERFACE=${quoted(settings.interface)}`,
        ]),
  ];
  return `#!/bin/bash
${lines.join('\n')}
${setUp.length > 0 ? `\n${setUp.join('\n')}\n` : ''}
# Two ranks more than workers: rank 0 is the scheduler, rank 1 runs the script. They need few cores, so they share those
# of a worker (--overcommit). Ranks go to the nodes in turn (cyclic): each node has as many workers as any other.
# srun does not take --cpus-per-task from the job by itself.
srun --no-kill --overcommit --distribution=cyclic --nodes="$SLURM_NNODES" --ntasks=$((SLURM_NTASKS + 2)) \\
  --cpus-per-task="$SLURM_CPUS_PER_TASK" ${settings.mpi === undefined ? '' : `--mpi=${quoted(settings.mpi)} `}${command(settings)}
`;
}

function command({ script, args }: JobSettings): string {
  const node = script.endsWith('.ts') ? ['node', '--import', 'tsx'] : ['node'];
  return [...node, script, ...args].map(quoted).join(' ');
}

/** A word as the shell reads it back. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
