/** What was measured: version, commit and day. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { version } from '../src/util/version.js';

export interface Origin {
  readonly version: string;
  /** With `+changes` where files differ from it; `unknown` outside of a repository. */
  readonly commit: string;
  readonly date: string;
}

export function origin(): Origin {
  return { version, commit: commit(), date: new Date().toISOString().slice(0, 10) };
}

function commit(): string {
  const head = git('rev-parse', '--short=10', 'HEAD');
  if (head === undefined) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') ? `${head}+changes` : head;
}

function git(...args: readonly string[]): string | undefined {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
