/** Programs that measure themselves in a fresh process. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SheafError } from '../../src/util/errors.js';

/** What a program of this folder sends to its parent; `flags` are Node's, `env` is added. Rejects when it ends without. */
export function answerOf<T>(
  program: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(`./${program}.js`, import.meta.url)), {
      execArgv: [...flags],
      env: { ...process.env, ...env },
    });
    let answer: { readonly value: T } | undefined;
    child.on('message', (value) => {
      answer = { value: value as T };
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (answer && code === 0) resolve(answer.value);
      else
        reject(
          new SheafError(`the program ${program} ended with code ${code} ${answer ? 'after' : 'without'} its answer`),
        );
    });
  });
}
