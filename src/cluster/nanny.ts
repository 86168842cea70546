/**
 * A supervisor of one worker in a child process: starts it anew when it dies, though not for ever, and ends it before
 * it takes more memory than it may have, so that the system need not choose whom to end. Why it died is told.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { formatBytes } from '../util/bytes.js';
import { type Deferred, deferred } from '../util/deferred.js';
import { SheafError } from '../util/errors.js';
import { loaderFlags } from './loader-flags.js';
import { scrubEnv } from './scrub-env.js';
import type { WorkerOptions } from './worker-server.js';

/** Raised when a worker died before it was ready, or too often. */
export class WorkerDeathError extends SheafError {
  override readonly name = 'WorkerDeathError';
}

export interface NannyOptions {
  /** What the worker is told. Above the `terminate` part of its memory's limit it is killed. */
  readonly worker: WorkerOptions;
  /** So many deaths (default 3) within `withinMs` (default a minute) are started over from; one more ends it. */
  readonly maxRestarts?: number;
  readonly withinMs?: number;
  /** The module that the child runs. */
  readonly main?: URL;
  /** Signals that are for this process to act on, though the child may get them too (default those of the terminal). */
  readonly deafTo?: readonly NodeJS.Signals[];
}

export interface Death {
  readonly pid: number;
  /** `exit code 1`, `signal SIGKILL`, `killed by its supervisor: 3.9 GiB of 4 GiB`, with what memory it had. */
  readonly reason: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NannyHandlers {
  readonly onDeath?: (death: Death) => void;
  /** A new process has taken the place of the one that died, and is ready. */
  readonly onRestart?: (pid: number) => void;
  /** It died too often: no worker is there any more. */
  readonly onGiveUp?: (error: WorkerDeathError) => void;
}

export interface SupervisedWorker {
  /** When the first process has joined. Rejects with {@link WorkerDeathError} if it dies before. */
  readonly ready: Promise<void>;
  /** When there is no worker and none will come: it was closed, sent away by its scheduler, or given up. */
  readonly ended: Promise<void>;
  /** The present process, or the last one. */
  readonly pid: number;
  /** Ends the worker, by force if it does not within 5 s. */
  close(): Promise<void>;
  /** Ends the present process at once; another takes its place. */
  kill(reason: string): void;
  /** Replaces the process by a new one; resolves when that is ready. */
  restart(): Promise<void>;
}

const LOOK_MS = 100;
const STOP_MS = 5000;

/**
 * What the C library does with buffers of chunks that are freed. It would keep those below a threshold, which it raises to
 * 32 MiB as it goes, and give others back. Where memory is limited all go back to the system at once, so that what the
 * process has is what it needs. Where it is not, all are kept for the next chunks: to touch fresh memory takes longer than
 * most arithmetic (on a virtual machine whose host has to find it first, 70 ms for 32 MB). Large buffers get huge pages:
 * to make 200 MB of small ones takes the kernel as long as to receive them.
 */
const mallocEnv = (isLimited: boolean) => ({
  ...(isLimited
    ? { MALLOC_MMAP_THRESHOLD_: String(256 * 1024), MALLOC_TRIM_THRESHOLD_: String(256 * 1024) }
    : { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: String(2 ** 40) }),
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
});

interface Run {
  readonly child: ChildProcess;
  readonly ready: Deferred<void>;
  /** Why it is to die, when that is known beforehand. */
  reason?: string;
  isWanted: boolean;
  isReady: boolean;
  rssBytes: number;
}

export function superviseWorker(options: NannyOptions, handlers: NannyHandlers = {}): SupervisedWorker {
  const { worker, maxRestarts = 3, withinMs = 60_000 } = options;
  const { limitBytes, thresholds } = worker.memory ?? {};
  const terminate = thresholds?.terminate ?? false;
  const ended = deferred<void>();
  const deaths: number[] = [];
  let run = start();
  const first = run;
  const timer = setInterval(() => look(run), LOOK_MS).unref();

  function start(): Run {
    const child = fork(options.main ?? new URL('./worker-process.js', import.meta.url), options.deafTo ?? ['SIGINT'], {
      env: { ...mallocEnv(limitBytes !== undefined), ...scrubEnv(process.env) },
      execArgv: loaderFlags(process.execArgv),
      serialization: 'advanced',
    });
    const started: Run = { child, ready: deferred(), isWanted: true, isReady: false, rssBytes: 0 };
    child.on('message', (message: 'ready' | { readonly rss: number }) => {
      if (typeof message === 'object') started.rssBytes = message.rss;
      else {
        started.isReady = true;
        started.ready.resolve();
        child.unref();
        child.channel?.unref();
      }
    });
    child.on('error', () => {}); // of a message to one that is dying; its exit tells the rest
    child.on('exit', (code, signal) => exited(started, code, signal));
    child.send(worker, () => {});
    return started;
  }

  function look(at: Run): void {
    at.rssBytes = (at.child.exitCode === null && residentBytes(at.child.pid)) || at.rssBytes;
    if (limitBytes === undefined || terminate === false || at.rssBytes <= terminate * limitBytes || at.reason) return;
    at.reason = `killed by its supervisor: ${formatBytes(at.rssBytes)} of ${formatBytes(limitBytes)}`;
    at.child.kill('SIGKILL');
  }

  function exited(dead: Run, code: number | null, signal: NodeJS.Signals | null): void {
    const reason = dead.reason ?? reasonOf(dead, code, signal);
    const error = new WorkerDeathError(`worker ${worker.name} ended before it was ready (${reason})`);
    dead.ready.reject(error);
    if (!dead.isWanted) return; // closed or replaced: who did it goes on
    if (code === 0) {
      end();
      return;
    }
    handlers.onDeath?.({ pid: dead.child.pid!, reason, code, signal });
    if (!first.isReady) {
      end(); // it will not do better the next time
      return;
    }
    const now = performance.now();
    deaths.push(now);
    const recent = deaths.filter((at) => now - at <= withinMs).length;
    if (recent > maxRestarts) {
      end();
      handlers.onGiveUp?.(
        new WorkerDeathError(
          `worker ${worker.name} died ${recent} times within ${Math.round(withinMs / 1000)} s and is not started again; ` +
            `the last time: ${reason}`,
        ),
      );
      return;
    }
    run = start();
    const { child, ready } = run;
    ready.promise.then(() => handlers.onRestart?.(child.pid!)).catch(() => {}); // its exit tells
  }

  function end(): void {
    clearInterval(timer);
    ended.resolve();
  }

  async function stop(stopped: Run): Promise<void> {
    stopped.isWanted = false;
    const { child } = stopped;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.ref();
    if (child.connected) child.disconnect();
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(force);
  }

  return {
    ready: first.ready.promise,
    ended: ended.promise,
    get pid() {
      return run.child.pid!;
    },
    async close() {
      await stop(run);
      end();
    },
    kill(reason) {
      run.reason = reason;
      run.child.kill('SIGKILL');
    },
    async restart() {
      await stop(run);
      run = start();
      await run.ready.promise;
    },
  };
}

function reasonOf({ rssBytes }: Run, code: number | null, signal: NodeJS.Signals | null): string {
  const memory = rssBytes > 0 ? `, when it had ${formatBytes(rssBytes)} of memory` : '';
  if (signal === 'SIGKILL') return `signal SIGKILL, perhaps from the system for want of memory${memory}`;
  return signal === null ? `exit code ${code}${memory}` : `signal ${signal}${memory}`;
}

/** What Linux says; elsewhere the worker tells by message. */
function residentBytes(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kib === undefined ? undefined : 1024 * Number(kib);
  } catch {
    return undefined;
  }
}
