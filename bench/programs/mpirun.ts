/** Runs compiled programs under the mpirun of this machine, for tests and measures that need real ranks. */
import { spawn, spawnSync } from 'node:child_process';
import { scrubEnv } from '../../src/cluster/scrub-env.js';

export type MpiKind = 'openmpi' | 'mpich';

export interface Mpirun {
  readonly kind: MpiKind;
  readonly command: string;
  readonly flags: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const kinds = {
  openmpi: {
    debianPackage: 'openmpi-bin',
    says: /Open MPI|OpenRTE/,
    // Without --bind-to none each of two ranks is bound to one core, and its threads and children with it.
    flags: ['--oversubscribe', '--bind-to', 'none', ...(process.getuid?.() === 0 ? ['--allow-run-as-root'] : [])],
  },
  mpich: { debianPackage: 'mpich', says: /HYDRA|Intel\(R\) MPI/i, flags: [] },
} as const;

/** The mpirun of `kind`: under its own name as Debian has it, or plain `mpirun` if its version says that it is that. */
export function findMpirun(kind: MpiKind): Mpirun | undefined {
  const { says, flags } = kinds[kind];
  for (const command of [`mpirun.${kind}`, 'mpirun']) {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (says.test(stdout ?? '')) return { kind, command, flags };
  }
  return undefined;
}

/** The package of Debian that has it. */
export const debianPackage = (kind: MpiKind): string => kinds[kind].debianPackage;

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeLimitMs?: number;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when `text` has come on stdout, as often as `times`; rejects when the job ends before. */
  said(text: string, times?: number): Promise<void>;
}

/** Runs `script` (a path of a compiled program) with `args` as `size` ranks and waits for the end. */
export const runRanks = (mpirun: Mpirun, size: number, script: string, options: RunOptions = {}): Promise<Ended> =>
  startRanks(mpirun, size, script, options).ended;

/** The same for a job with which something is to happen while it runs. */
export function startRanks(
  { command, flags }: Mpirun,
  size: number,
  script: string,
  { args = [], ...options }: RunOptions = {},
): Running {
  return start(command, [...flags, '-n', String(size), process.execPath, script, ...args], options);
}

/**
 * Starts a command, such as a launcher, in a process group of its own. After `timeLimitMs` the group gets SIGTERM, on which
 * launchers end their ranks, and 5 s later SIGKILL; the exit code then tells.
 */
export function start(
  command: string,
  args: readonly string[],
  { env = {}, timeLimitMs = 30_000 }: Omit<RunOptions, 'args'> = {},
): Running {
  const child = spawn(command, args, {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    child.emit('said');
  });
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  const timers = [
    setTimeout(() => kill('SIGTERM'), timeLimitMs),
    setTimeout(() => kill('SIGKILL'), timeLimitMs + 5000),
  ];
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      timers.forEach(clearTimeout);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid!,
    ended,
    said: (text, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stdout.split(text).length > times) resolve();
        };
        child.on('said', look);
        child.on('close', (code) =>
          reject(new Error(`ended with code ${code} before it said ${text}: ${stdout}${stderr}`)),
        );
        look();
      }),
  };
}

/** As a user's shell would have it: nothing of the test runner, nothing of a launcher that it may itself run under. */
export function cleanEnv(): Record<string, string> {
  const ours = /^(VITEST|NODE_OPTIONS$|NODE_V8_COVERAGE$|NODE_CHANNEL|TEST$|SHEAF_)/;
  return Object.fromEntries(Object.entries(scrubEnv(process.env)).filter(([name]) => !ours.test(name)));
}
