/** Functions of modules that workers cannot import: a program whose modules are gone when its workers look for them. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

const run = promisify(execFile);

interface Output {
  readonly results: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** What the program gives for these of its scenarios, one after another on one cluster of two processes. */
async function outputOf(...scenarios: readonly string[]): Promise<Output> {
  // Vitest's own settings are not for the program.
  const { NODE_OPTIONS, ...env } = process.env;
  const folder = mkdtempSync(join(root, 'dist', 'unseen-'));
  try {
    cpSync(join(root, 'test', 'client', 'programs', 'unseen'), folder, { recursive: true });
    const { stdout } = await run(process.execPath, [join(folder, 'main.mjs'), ...scenarios], { env, timeout: 50_000 });
    return JSON.parse(stdout) as Output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const warningOf = (module: string) =>
  expect.stringMatching(
    new RegExp(
      `^the module 'file:///here/${module}' could not be imported in the worker: Cannot find module '/here/${module}' imported ` +
        'from .*; what functions use of it is sent by value instead, as it is now$',
    ),
  );

const expected: Readonly<Record<string, unknown>> = {
  submit: [106, [103, 3, 'a/b']],
  // What a function captured is what it was when it was submitted.
  snapshot: [115, 1],
  map: true,
  closures: 164_550,
  state: 2,
  namespace: [103, true],
  retries: [103, 1],
  dependents: [104, 824],
  actor: 5,
  nested: 321,
  forgotten: 103,
};

test('functions, closures, maps, actors and what depends on them run with what their modules hold; one warning a module', async () => {
  const { results, warnings } = await outputOf(...Object.keys(expected));
  expect(results).toEqual(expected);
  expect(warnings).toEqual([warningOf('helpers.mjs'), warningOf('other.mjs')]);
});

test('several modules, arguments, lazy collections: a class is the same one in all that a task uses', async () => {
  const { results, warnings } = await outputOf(
    'everywhere',
    'partly',
    'several',
    'arguments',
    'classes',
    'graph',
    'odd',
  );
  expect(results).toEqual({
    everywhere: [[309, 309], 106],
    // What is there and could not travel is imported.
    partly: [[103, true], true],
    several: [206, 103, 3],
    arguments: [103, 206, 209],
    classes: [[true, false, 14, true], true],
    graph: [718, 327, [103, 106]],
    odd: 1.5,
  });
  expect(warnings).toEqual(expect.arrayContaining([warningOf('other.mjs'), expect.stringContaining('odd.xyz')]));
  expect(new Set(warnings).size).toBe(warnings.length);
});

test('where that does not help either, the task fails and tells both reasons; others go on', async () => {
  const { results } = await outputOf('fails');
  const message =
    "the module 'file:///here/socket.mjs' could not be imported in the worker: Cannot find module '/here/socket.mjs' " +
    'imported from /here/socket.mjs; nor can the function travel without it: cannot be sent to a worker: it is a Socket: ' +
    'a live handle of this process; create it inside the function\n' +
    '  value\n' +
    "    → [0] = function 'bad'";
  expect(results.fails).toEqual([expect.stringContaining(message), expect.stringContaining(message), 103, 3]);
});
