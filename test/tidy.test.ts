/** The rules of the house that neither the compiler nor the linter knows: floors, cycles, sizes and bans. */
import { describe, expect, test } from 'vitest';
import { filesUnder, root, textOf } from './support/paths.js';
import { findCycle, resolveSpecifier, specifiersOf, withoutComments } from './support/sources.js';

/** A file imports from its own floor and from those before it. */
const floors = [
  ...['util', 'arrow', 'kernels', 'expr', 'io', 'graph', 'plan', 'scheduler', 'shipping', 'worker', 'comm', 'cluster'],
  ...['client', 'delayed', 'array', 'frame', 'bag', 'learn', 'dashboard', 'cli'],
];

const softLimit = 300;
const hardLimit = 500;
/** Files over the soft limit, each with the reason why it stays in one piece. */
const longFiles: ReadonlyMap<string, string> = new Map([
  ['src/cluster/worker-server.ts', 'one table of what a worker carries, with its parts in files beside it'],
  ['src/bag/bag.ts', 'a class of small methods, most of it their documentation'],
  ['src/array/functions/random.ts', 'a class of small methods, most of it their documentation'],
  ['src/cluster/scheduler-server.ts', 'one shell with one state: connections'],
  ['src/expr/ops.ts', 'one table of operations'],
  ['src/scheduler/scheduler.ts', 'one table of handlers, a few lines each'],
  ['src/scheduler/transitions.ts', 'the table is one thing, and what its entries share is not used elsewhere'],
  ['src/worker/state.ts', 'one table of handlers over one state'],
  ['src/shipping/free-variables.ts', 'one walk over a syntax tree: its visitors call one another'],
]);

const pureFloors = ['graph', 'expr', 'plan', 'kernels', 'scheduler'];
const bannedFromPure: Readonly<Record<string, RegExp>> = {
  'node:*': /['"]node:/,
  await: /\bawait\b/,
  'the clock': /\b(?:Date\.now|performance\.now|new Date\(\)|setTimeout|setInterval)\b/,
  'Math.random': /\bMath\.random\b/,
};

const sources = filesUnder('src').filter((file) => file.endsWith('.ts'));
const floorOf = (file: string): string => file.split('/')[1]!;
const isFrontDoor = (file: string): boolean => file.endsWith('/index.ts');
const on = (...names: string[]) => sources.filter((file) => names.includes(floorOf(file)));
/** A module's bytes as text: written by scripts/build-wasm.mjs, whose check keeps it to its source. */
const isGenerated = (file: string): boolean => textOf(file).startsWith('/** Made from assembly/');
const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;

const importsOf = new Map(
  sources.map((file) => {
    const specifiers = specifiersOf(textOf(file));
    return [file, specifiers.flatMap((specifier) => resolveSpecifier(file, specifier) ?? [])] as const;
  }),
);
const imports = [...importsOf].flatMap(([file, imported]) => imported.map((target) => ({ file, target })));
const named = (pairs: typeof imports): string[] => pairs.map(({ file, target }) => `${file} imports ${target}`);

test('every import is read off, whatever its form', () => {
  const source = [
    "import { a } from './a.js';",
    "import type { B } from '../b.js'; // import { no } from './comment.js'",
    "import {\n  c,\n} from './c.js';",
    "export { d } from './d.js';",
    "export type * from './e.js';",
    "import './f.js';",
    "const g = await import('./g.js');",
    "type H = import('./h.js').H;",
    "const url = 'https://example.org';",
  ].join('\n');
  expect(specifiersOf(source).sort()).toEqual(
    ['../b.js', './a.js', './c.js', './d.js', './e.js', './f.js', './g.js', './h.js'].sort(),
  );
});

test('a cycle is found', () => {
  const cyclic = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(findCycle(cyclic)).toEqual(['b', 'd', 'b']);
});

describe('floors', () => {
  test('every source is on a floor, and every import means a source', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(imports.length).toBeGreaterThan(10);
    expect(sources.filter((file) => !floors.includes(floorOf(file)) && file !== 'src/index.ts')).toEqual([]);
    expect(named(imports.filter(({ target }) => !sources.includes(target)))).toEqual([]);
  });

  test('imports go to the own floor or to one before it', () => {
    const upward = imports.filter(
      ({ file, target }) => !isFrontDoor(file) && floors.indexOf(floorOf(target)) > floors.indexOf(floorOf(file)),
    );
    expect(named(upward)).toEqual([]);
  });

  test('nothing inside imports a front door', () => {
    expect(named(imports.filter(({ file, target }) => isFrontDoor(target) && !isFrontDoor(file)))).toEqual([]);
  });

  test('the scheduler knows util and graph alone, io and kernels not each other', () => {
    const allowed = { scheduler: ['util', 'graph'], io: floors.slice(0, 5).filter((floor) => floor !== 'kernels') };
    for (const [floor, targets] of Object.entries(allowed)) {
      const others = imports.filter(
        ({ file, target }) => floorOf(file) === floor && ![floor, ...targets].includes(floorOf(target)),
      );
      expect(named(others)).toEqual([]);
    }
  });

  test('imports form no cycle, not even of types', () => {
    expect(findCycle(importsOf)).toBeUndefined();
  });
});

describe('sizes', () => {
  test('no source is over the hard limit, and those over the soft one are listed', () => {
    const written = sources.filter((file) => !isGenerated(file));
    expect(written.length).toBeLessThan(sources.length);
    expect(written.filter((file) => linesOf(file) > hardLimit)).toEqual([]);
    expect(written.filter((file) => linesOf(file) > softLimit).sort()).toEqual([...longFiles.keys()].sort());
  });
});

describe('bans', () => {
  for (const [what, pattern] of Object.entries(bannedFromPure)) {
    test(`no ${what} on the pure floors`, () => {
      expect(on(...pureFloors).length).toBeGreaterThan(0);
      expect(on(...pureFloors).filter((file) => pattern.test(withoutComments(textOf(file))))).toEqual([]);
    });
  }

  test('new Function is in one file at most', () => {
    const users = sources.filter((file) => /\bnew Function\b/.test(withoutComments(textOf(file))));
    expect(users.length, users.join(', ')).toBeLessThanOrEqual(1);
  });

  test('apache-arrow is imported on its own floor only', () => {
    const users = sources.filter((file) => specifiersOf(textOf(file)).some((name) => name.startsWith('apache-arrow')));
    expect(users.filter((file) => floorOf(file) !== 'arrow')).toEqual([]);
    expect(users).not.toEqual([]);
  });

  test('no committed file names a home directory, the folder of this clone or a registry host', () => {
    const banned = [
      /(?<![\w.])\/(?:home|Users|root)\/\w/,
      /https?:\/\/[^\s'"/]*(?:registry|artifactory|nexus)/i,
      /"resolved"\s*:/,
    ];
    const clone = root.replace(/\/$/, '');
    const texts = filesUnder().filter((file) => !/\.(?:gz|png|ico|wasm|npy|parquet|arrow|bin)$/.test(file));
    expect(texts).toContain('package-lock.json');
    const offenders = texts.filter((file) => {
      const text = textOf(file);
      // A clone in a short folder such as /app is no telling name.
      return banned.some((pattern) => pattern.test(text)) || (clone.split('/').length > 2 && text.includes(clone));
    });
    expect(offenders).toEqual([]);
  });
});
