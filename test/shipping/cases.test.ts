/** All cases, where functions come from and go to: this very test file, programs of every kind, processes and threads. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from '../support/paths.js';
import { scale } from './helpers.js';
import { startRemote } from './remote.js';
import { runCases } from './run-cases.js';

const run = promisify(execFile);
const compiled = 'dist/test/shipping/run-cases.js';
const tsx = 'node_modules/tsx/dist/cli.mjs';
const programs = 'test/shipping/programs';

/** What a program prints, as JSON. */
async function outputOf(args: readonly string[], node = process.execPath): Promise<unknown> {
  // Vitest's own settings are not for the program.
  const { NODE_OPTIONS, ...env } = process.env;
  const { stdout } = await run(node, args, { cwd: root, env });
  return JSON.parse(stdout);
}

const allPassed = { passed: 87, failures: [] };

describe('inside a vitest test', () => {
  test('the cases, to a process', async () => {
    expect(await runCases('process')).toEqual(allPassed);
  });

  test('a closure of the test itself, to a thread', async () => {
    const remote = startRemote('thread');
    const shift = 5;
    const shifted = (x: number) => x + shift;
    expect(await remote.call((x: number) => [shifted(x), scale(x)], 6)).toEqual([11, 118]);
    await remote.close();
  });
});

describe('from programs', () => {
  test.each([
    ['compiled, to a process', [compiled, 'process']],
    ['compiled, to a thread', [compiled, 'thread']],
    ['tsx, to a process', [tsx, 'test/shipping/run-cases.ts', 'process', 'inherit']],
    ['tsx, to a thread', [tsx, 'test/shipping/run-cases.ts', 'thread', 'inherit']],
    ['local modules by value', [compiled, 'process', 'value']],
  ])('%s', async (_label, args) => {
    expect(await outputOf(args)).toEqual(allPassed);
  });

  test('a CommonJS script', async () => {
    expect(await outputOf([`${programs}/main.cjs`])).toEqual([[7, 8, 27, 'Program', 'a/b', 'main.cjs'], 125]);
  });

  test('a module that imports from the entry script', async () => {
    expect(await outputOf([`${programs}/entry.mjs`])).toEqual([8, '7']);
  });

  test.each([
    ['process', 'reference'],
    ['thread', 'reference'],
    ['process', 'value'],
  ])('JSON modules, and what `await import()` gave, to a %s, by %s', async (...args) => {
    expect(await outputOf([`${programs}/json.mjs`, ...args])).toEqual([
      ['sheaf', 5, true],
      2,
      ['sheaf', [3, 5]],
      'sheaf',
      [106, 106, 'default:2', 'b'],
    ]);
  });

  test('a function of constants is looked into once, any other each time', async () => {
    expect(await outputOf([`${programs}/settled.mjs`])).toEqual([
      [true, true, true, true, true],
      [false, false, false, false, false],
      [true, true, true, true],
    ]);
  });

  test('what packages export, and instances of their classes', async () => {
    expect(await outputOf([`${programs}/packages.mjs`])).toEqual([
      'Program',
      'function',
      ['Xbc!', true],
      ['function', true],
    ]);
  });

  test('a CommonJS script in TypeScript, by tsx', async () => {
    expect(await outputOf([tsx, `${programs}/types-main.cts`])).toEqual([7, 8, 'Program', 'a/b']);
  });

  test.each(['process', 'thread'])('TypeScript by tsx, to a %s: frames name its lines', async (kind) => {
    expect(await outputOf([tsx, `${programs}/types.mts`, kind])).toEqual(typesOutput);
  });

  test('a bundle', async () => {
    const folder = mkdtempSync(join(root, 'dist', 'bundle-'));
    try {
      const file = join(folder, 'bundle.mjs');
      await run(process.execPath, [
        'node_modules/esbuild/bin/esbuild',
        ...[compiled, '--bundle', '--platform=node', '--format=esm', '--minify', '--keep-names', `--outfile=${file}`],
      ]);
      const { failures } = (await outputOf([file, 'process'])) as { failures: string[] };
      // What a bundle changes: the names of files, where things stand, and `const`, which becomes `var`.
      expect(failures.map((text) => text.split(':')[0])).toEqual(bundleChanges);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const bundleChanges = ['import.meta', 'stack names user file', 'unique symbol', 'tdz'];
const typesOutput = { result: 14, byName: 8, frame: 'at failing (types.mts:19:19)' };

const nodePlaces = (version: number): (string | undefined)[] => [
  process.env[`SHEAF_NODE_${version}`],
  join(tmpdir(), 'nodes', 'node_modules', `node${version}`, 'bin', 'node'),
];

/** Where other versions of Node are: `SHEAF_NODE_22`, or `nodes` among the temporary files; without them these tests are skipped. */
function nodeOf(version: number): string | undefined {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  return nodePlaces(version).find((place) => place !== undefined && existsSync(place));
}

describe.each([22, 24])('with Node %i', (version) => {
  const node = nodeOf(version);

  test.skipIf(node === undefined)('the cases', async () => {
    expect(await outputOf([compiled, 'process'], node)).toEqual(allPassed);
  });

  test.skipIf(node === undefined)('types that Node strips', async () => {
    const flags = ['--experimental-strip-types', '--no-warnings'];
    expect(await outputOf([...flags, `${programs}/types.mts`, 'process'], node)).toEqual(typesOutput);
  });
});
