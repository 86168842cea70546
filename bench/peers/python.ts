/** Peers in Python: which interpreter has them, and the one process that times them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SheafError } from '../../src/util/errors.js';

/** Raised when the Python process reports an error or ends. */
export class PeerError extends SheafError {
  override readonly name = 'PeerError';
}

export interface Interpreter {
  readonly command: string;
  /** Of Python itself. */
  readonly pythonVersion: string;
  /** Of the module asked for. */
  readonly moduleVersion: string;
}

// The python3 of a virtual environment first, then that of the distribution, whose packages it may not see.
const candidates = ['python3', '/usr/bin/python3'];

/** The first python3 that can import `module`, and what the benchmark needs `besides`. */
export function findPython(module: string, besides: readonly string[] = []): Interpreter | undefined {
  const program = `import ${['platform', ...besides].join(', ')}, ${module} as m; print(platform.python_version(), m.__version__)`;
  for (const command of candidates) {
    const { status, stdout } = spawnSync(command, ['-c', program], { encoding: 'utf8' });
    if (status !== 0) continue;
    const [pythonVersion, moduleVersion] = stdout.trim().split(' ');
    return { command, pythonVersion, moduleVersion };
  }
  return undefined;
}

export interface Answer<T> {
  readonly ms: number;
  readonly result: T;
}

export interface PythonPeer {
  /** Runs an operation of driver.py, one at a time. */
  ask<T>(op: string, params: object): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** What wakes up by the clock does so before it is measured. */
const SETTLE_MS = 250;

/**
 * Starts driver.py. It is stopped, with the processes that it started, while nobody asks it anything: two idle clusters
 * of dask take a quarter of a core, which would be missing to whoever is measured then.
 */
export function startPython(command: string): PythonPeer {
  const driver = fileURLToPath(new URL('../../../bench/peers/driver.py', import.meta.url));
  const child = spawn(command, [driver], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const signalAll = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {} // it has ended, which whoever asks is told
  };
  const abandon = () => signalAll('SIGKILL');
  const interrupt = () => process.exit(130); // a group of its own does not hear of Ctrl-C
  process.once('exit', abandon).once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const exited = once(child, 'exit').then(() => {});
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr = (stderr + text).slice(-4000);
  });
  child.stdin.on('error', () => {}); // told by its end
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<T>(op: string, params: object) {
      signalAll('SIGCONT');
      await sleep(SETTLE_MS);
      child.stdin.write(`${JSON.stringify({ op, params })}\n`);
      const { value, done } = await lines.next();
      signalAll('SIGSTOP');
      if (done) throw new PeerError(`${command} ended in ${op}:\n${stderr}`);
      const answer = JSON.parse(value) as Answer<T> & { readonly error?: string };
      if (answer.error !== undefined) throw new PeerError(`${op} failed in ${command}:\n${answer.error}`);
      return answer;
    },
    async close() {
      signalAll('SIGCONT');
      child.stdin.end();
      await exited;
      process.off('exit', abandon).off('SIGINT', interrupt).off('SIGTERM', interrupt);
    },
  };
}
