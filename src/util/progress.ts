/**
 * A progress bar for people who look at a terminal, and for nobody else: logs, pipes and the ranks of an MPI job
 * (whose launcher may give them a pseudo terminal) never see it.
 */

/** Ranks of Open MPI and of PMI launchers (MPICH, Intel MPI, Slurm's pmi2) are told by these. */
const rankVariables = ['OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'PMIX_RANK'] as const;

/** What a bar needs of a stream; `process.stderr` is one. */
export interface BarStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressBar {
  update(done: number, total: number): void;
  /** Clears the line; later updates are ignored. */
  finish(): void;
}

const seconds = (value: number): string =>
  value < 60 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;

/**
 * One line of at most `width` characters: `[=====>    ] 12/24 50% 3.0 s, 3.0 s left`.
 * `elapsed` is in seconds; the time left supposes that every item takes as long as those before it.
 */
export function renderBar(done: number, total: number, width: number, elapsed: number): string {
  const fraction = total > 0 ? Math.min(done / total, 1) : 1;
  const left = done > 0 && done < total ? `, ${seconds((elapsed / done) * (total - done))} left` : '';
  const text = ` ${done}/${total} ${Math.floor(fraction * 100)}% ${seconds(elapsed)}${left}`;
  const cells = Math.min(width - text.length - 2, 40);
  if (cells < 4) return text.trim().slice(0, width);
  const filled = Math.floor(fraction * cells);
  const head = filled > 0 && filled < cells ? '>' : '';
  return `[${('='.repeat(filled - head.length) + head).padEnd(cells)}]${text}`;
}

/** Whether someone may be looking: the stream is a terminal and this process is no rank of a parallel job. */
export const showsProgress = (stream: BarStream, env: Readonly<Record<string, string | undefined>>): boolean =>
  stream.isTTY === true && !rankVariables.some((name) => env[name] !== undefined);

/** A bar on `stream`, drawn at most twenty times a second. */
export function progressBar(stream: BarStream, now: () => number = () => performance.now()): ProgressBar {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let finished = false;
  return {
    update(done, total) {
      const time = now();
      if (finished || (time - drawn < 50 && done < total)) return;
      drawn = time;
      stream.write(`\r${renderBar(done, total, (stream.columns || 80) - 1, (time - start) / 1000)}\x1b[K`);
    },
    finish() {
      if (!finished && drawn !== Number.NEGATIVE_INFINITY) stream.write('\r\x1b[K');
      finished = true;
    },
  };
}
