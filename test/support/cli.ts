/** Runs the program `sheaf` as a user does: another process, its streams no terminals. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnv, type Ended } from './mpi.js';
import { root } from './paths.js';

export const program: string = join(root, 'dist', 'src', 'cli', 'main.js');

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `sheaf` with `args` and waits for its end. */
export function runCli(args: readonly string[], { cwd, env = {} }: CliOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...cleanEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
