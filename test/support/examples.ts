/** The examples of docstrings: found in the sources, compiled as strict TypeScript, and run. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { root, textOf } from './paths.js';

const execute = promisify(execFile);

export interface PublicName {
  readonly name: string;
  /** The source that declares it, from the root of the repository. */
  readonly file: string;
}

export interface Example {
  /** The source and what is declared below the example there. */
  readonly where: string;
  readonly code: string;
}

/** Front doors by the specifier that users write, with all names that they give out, types included. */
export const frontDoors: Readonly<Record<string, readonly PublicName[]>> = {
  sheaf: publicNames('src/index.ts'),
  'sheaf/array': publicNames('src/array/index.ts'),
  'sheaf/learn': publicNames('src/learn/index.ts'),
};

function publicNames(index: string): PublicName[] {
  const exports = textOf(index).matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)';/g);
  return [...exports].flatMap(([, list, specifier]) => {
    const file = posix.join(posix.dirname(index), specifier.replace(/\.js$/, '.ts'));
    return list.split(',').flatMap((entry) => {
      const name = entry.trim().replace(/^type /, '');
      return name === '' ? [] : [{ name, file }];
    });
  });
}

/** The examples of a source, those of exports that are not in `names` excepted: they are not for users. */
export function examplesIn(file: string, source: string, names: ReadonlySet<string>): Example[] {
  const docstrings = source.matchAll(/^[ \t]*\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(.*)/gm);
  return [...docstrings].flatMap(([, text, below]) => {
    const exported = /^export (?:abstract |async )*(?:class|function\*?|const|interface|type) (\w+)/.exec(below)?.[1];
    if (exported !== undefined && !names.has(exported)) return [];
    const where = `${file}: ${exported ?? below.replace(/\s*\{$/, '')}`;
    const lines = text.replace(/^[ \t]*\* ?/gm, '');
    return lines
      .split('@example')
      .slice(1)
      .map((code) => ({ where, code: code.trim() }));
  });
}

/**
 * The program of an example. What follows an expression as `// value`, on its line or on those below, is its value, so
 * other remarks stand above. A typed array is written `Int32Array [1, 2]`. Indented lines and closing brackets go on with
 * the statement before them.
 */
export function programOf(code: string): string {
  const statements = code.split(/\n(?![\s})\]]|\/\/)/);
  const isImport = (statement: string) => /^import\b/.test(statement);
  const seen = new Set<string>();
  const imports = Object.entries(frontDoors).map(([specifier, names]) => {
    const own = names.filter(({ name }) => !seen.has(name) && seen.add(name));
    return `import { ${own.map(({ name }) => name).join(', ')} } from '${specifier}';`;
  });
  return [
    ...imports,
    "import { deepStrictEqual } from 'node:assert';",
    ...statements.filter(isImport),
    '// For examples of what is done with data; in a block, because an example may have names of its own.',
    'const { data: X, target: y } = await datasets.loadIris();',
    '{',
    ...statements.filter((statement) => !isImport(statement)).map(checked),
    '}',
    'export {};',
  ].join('\n');
}

function checked(statement: string): string {
  const [, expression, comment] = /^(?!(?:const|let|if|for|while)\b)([\s\S]*);\s*\/\/ ([\s\S]*)$/.exec(statement) ?? [];
  if (expression === undefined) return statement;
  const value = comment.replace(/^\/\/ ?/gm, '').replace(/\b(\w+Array) \[([^\]]*)\]/g, '$1.of($2)');
  return `deepStrictEqual(${expression}, ${value});`;
}

// Its folder is in the package, so that the examples import the package by its name.
const settings = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    rootDir: '.',
    outDir: '.',
    declaration: false,
    sourceMap: false,
    noUnusedLocals: false,
    verbatimModuleSyntax: false,
    noImplicitAny: false, // some ml.js packages have no types
  },
  include: ['*.ts'],
  exclude: [], // or else outDir
};

const runner = `
import { readFileSync, writeFileSync } from 'node:fs';
const outcomes = JSON.parse(readFileSync('outcomes.json', 'utf8'));
for (const i of outcomes.keys()) {
  try {
    await import(\`./example\${i}.js\`);
  } catch (error) {
    outcomes[i] = String(error);
  }
}
writeFileSync('outcomes.json', JSON.stringify(outcomes));
`;

/** What went wrong with each of `examples`, '' for nothing; all run in one process. `stderr` is what that has said. */
export async function runExamples(examples: readonly Example[]): Promise<{ outcomes: string[]; stderr: string }> {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'examples-'));
  const run = (...args: string[]) => execute(process.execPath, args, { cwd: folder, timeout: 50_000 });
  try {
    examples.forEach(({ code }, i) => {
      writeFileSync(join(folder, `example${i}.ts`), programOf(code));
    });
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    writeFileSync(join(folder, 'outcomes.json'), JSON.stringify(examples.map(() => '')));
    writeFileSync(join(folder, 'run.js'), runner);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const diagnostics = await run(compiler, '-p', folder).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    );
    const others = diagnostics.split('\n').filter((line) => !/^(?:example\d+\.ts\b|\s|$)/.test(line));
    if (others.length > 0) throw new Error(`the examples were not compiled: ${others.join('\n')}`);
    const { stderr } = await run('run.js');
    const outcomes: string[] = JSON.parse(readFileSync(join(folder, 'outcomes.json'), 'utf8'));
    for (const [, i, problem] of diagnostics.matchAll(/^example(\d+)\.ts[(:](.*)/gm)) outcomes[+i] += `\n${problem}`;
    return { outcomes, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
