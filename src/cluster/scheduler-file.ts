/**
 * A file that tells how to join a running scheduler, in a directory that all hosts see: for clients and workers that no
 * launcher brings together with it. It holds the cluster's secret, so only its owner can read it; it goes when its
 * scheduler ends. One that a killed scheduler left over is recognised by nobody answering.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { UnreachableError } from '../comm/channel.js';
import type { Security } from '../comm/security.js';
import { InputError, SheafError } from '../util/errors.js';
import { version } from '../util/version.js';
import { warn } from '../util/warnings.js';
import { type Joining, joinableBy, reach } from './announcement.js';
import type { Target } from './target.js';

const TYPE = 'sheaf-scheduler';
/** How long one attempt may take before the file is read again: it may have been replaced. */
const ATTEMPT_MS = 2000;
const LOOK_MS = 100;
const DEFAULT_TIMEOUT_MS = 30_000;

export interface SchedulerFile extends Joining {
  readonly type: typeof TYPE;
  readonly version: string;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly started: string;
}

/** Raised where a scheduler file leads to no scheduler. */
export class SchedulerFileError extends SheafError {
  override readonly name = 'SchedulerFileError';
}

/**
 * Writes `path` for a scheduler of this process, and returns what takes it away again. Raises {@link InputError} where it
 * cannot be written, and where it belongs to a scheduler that runs.
 */
export async function writeSchedulerFile(path: string, joining: Joining): Promise<() => void> {
  const other = readSchedulerFile(path);
  if (other) {
    const answers = await reachOnce(other, undefined).then(
      () => true,
      () => false,
    );
    if (answers)
      throw new InputError(
        `${path} belongs to a scheduler that runs, ${nameOf(other)}: end that one, or name another file`,
      );
  }
  const about = { version, id: randomUUID(), host: hostname(), pid: process.pid, started: new Date().toISOString() };
  const content: SchedulerFile = { type: TYPE, ...about, ...joining };
  const aside = `${path}.${about.id}`;
  try {
    writeFileSync(aside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(aside, 0o600);
    renameSync(aside, path);
  } catch (cause) {
    rmSync(aside, { force: true });
    throw new InputError(`the scheduler file ${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
  return () => {
    if (readSchedulerFile(path)?.id === about.id) rmSync(path, { force: true });
  };
}

/** What `path` says; undefined where there is no such file. Raises {@link InputError} for one of another kind. */
export function readSchedulerFile(path: string): SchedulerFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InputError(`the scheduler file ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const content = parse(text);
  if (content?.type !== TYPE || !Array.isArray(content.addresses) || typeof content.secret !== 'string') {
    throw new InputError(`${path} is not a scheduler file: sheaf scheduler and sheaf mpi write them`);
  }
  return content;
}

function parse(text: string): SchedulerFile | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The scheduler that `path` names, once it answers: a file that is not there yet, or that an earlier one left over, is
 * waited for, `timeoutMs` at most (default 30,000).
 * Raises {@link SchedulerFileError} after that, telling which of the two it is, InputError for a file of another kind.
 */
export async function joinBySchedulerFile(
  path: string,
  security?: Security,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Joined> {
  const deadline = performance.now() + timeoutMs;
  for (let failure: Error | undefined; ; ) {
    const file = readSchedulerFile(path);
    if (file) {
      try {
        const left = Math.max(1, deadline - performance.now());
        return { joining: file, target: await reachOnce(file, security, left) };
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        failure = error;
        if (performance.now() < deadline) warn('UserWarning', `${leftOver(path, file)}: waiting for a new one`);
      }
    }
    if (performance.now() >= deadline) {
      const seconds = timeoutMs / 1000;
      if (file)
        throw new SchedulerFileError(
          `${leftOver(path, file)} within ${seconds} s: delete it and start a scheduler anew. ${failure?.message ?? ''}`,
        );
      throw new SchedulerFileError(
        `there was no scheduler file ${path} within ${seconds} s, seen from ${hostname()}: start a scheduler with ` +
          `sheaf scheduler --scheduler-file ${path} or sheaf mpi --scheduler-file ${path}, in a directory that all hosts share`,
      );
    }
    await delay(LOOK_MS);
  }
}

export interface Joined {
  readonly joining: Joining;
  readonly target: Target;
}

const reachOnce = async (joining: Joining, security: Security | undefined, ms = ATTEMPT_MS): Promise<Target> => {
  const identity = joinableBy(joining, security)?.for('client');
  const { comm, target } = await reach(joining, identity, Math.min(ms, ATTEMPT_MS));
  comm.close();
  return target;
};

const nameOf = ({ pid, host, started, addresses }: SchedulerFile): string =>
  `process ${pid} on ${host}, started ${started}, at ${addresses.join(', ')}`;

const leftOver = (path: string, file: SchedulerFile): string =>
  `the scheduler file ${path} seems left over: its scheduler (${nameOf(file)}) does not answer`;
