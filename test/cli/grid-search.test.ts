import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples, gridSearch } from '../../src/cli/grid-search.js';
import { settingsOf } from '../../src/cli/search-settings.js';
import { datasets } from '../../src/learn/datasets.js';
import { GridSearchCV } from '../../src/learn/model-selection/grid-search.js';
import { SVC } from '../../src/learn/svm/svc.js';
import { fixed } from '../../src/util/format.js';
import { version } from '../../src/util/version.js';
import { program, runCli } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { cleanEnv, findMpirun, mpiTitle, runRanks } from '../support/mpi.js';
import { root } from '../support/paths.js';

const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (...args: string[]) => runCli(['grid-search', ...args], { cwd: folder });
const jsonOf = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

const files: Readonly<Record<string, string>> = {
  'four.csv': 'a,b,kind\n1,2,x\n2,3,y\n3,4,x\n4,5,y\n',
  'gap.csv': 'a,b,kind\n1,2,x\n2,,y\n3,4,x\n4,5,y\n',
  'infinite.csv': 'a,kind\n1,x\ninf,y\n',
  'words.csv': 'a,b,kind\n1,2,x\n2,two,y\n',
  'unlabelled.csv': 'a,kind\n1,x\n2,\n',
  'unnumbered.csv': 'a,kind\n1,1\n2,NA\n',
  'continuous.csv': 'a,kind\n1,1\n2,2.5\n',
  'one-class.csv': 'a,kind\n1,x\n2,x\n',
  'lone.csv': 'a,kind\n1,u\n2,v\n3,w\n4,x\n5,y\n',
  'twins.csv': 'a,a,kind\n1,2,x\n',
  'ragged.csv': 'a,kind\n1,x\n2\n',
  'header.csv': 'a,kind\n',
  'empty.csv': '',
  'target.csv': 'kind\nx\ny\n',
};

/** The irises with names for classes: the features in the order of the file, the classes in the midst. */
async function flowers(): Promise<string> {
  const { data, target, targetNames } = await datasets.loadIris();
  const rows = Array.from(target.data, (code, i) => {
    const [a, b, c, d] = data.data.subarray(4 * i, 4 * i + 4);
    return [a, b, targetNames[code], c, d].join(',');
  });
  return ['sepal length,sepal width,species,petal length,petal width', ...rows, ''].join('\n');
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'flowers.csv'), await flowers());
});

test('--help', async () => {
  const { code, stdout, stderr } = await inFolder('--data', 'digits', '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(gridSearch.help);
  expect(stdout.split('\n').filter((line) => line.length > 110)).toEqual([]);
  for (const { command } of examples) expect(stdout).toContain(command.split(' \\')[0]);
});

/** The arguments after `grid-search` of an example. */
const argsOf = (command: string) =>
  command
    .replaceAll('\\\n', '')
    .split(/\s+/)
    .slice(command.split(/\s+/).indexOf('grid-search') + 1);

describe('the examples of the help text', () => {
  const [digits, file, mpi] = examples.map(({ command }) => command) as [string, string, string];

  test('the digits search, with the scores of scikit-learn', async () => {
    const { code, stdout, stderr } = await inFolder(...argsOf(digits), '--json', 'digits.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const results = golden('grid-search.json').scores.precision;
    const found = jsonOf('digits.json');
    expect(found.cvResults.params).toEqual(results.params);
    found.cvResults.meanTestScore.forEach((mean: number, i: number) => {
      expect(mean).toBeCloseTo(results.mean_test_score[i], 12);
    });
    expect(found.cvResults.rankTestScore).toEqual(results.rank_test_score);
    expect(found.bestParams).toEqual(results.params[results.best_index]);
    expect(stdout).toContain('svc on digits: 898 rows, 64 features, 10 classes; 12 candidates, 5 folds\n');
    expect(stdout).toContain('\nOn the 899 rows held out:\n\n              precision    recall  f1-score   support\n');
    expect(stdout).toContain('    accuracy                           0.99       899\n');
    expect(found.holdOut).toMatchObject({ testSize: 0.5, randomState: 0, rows: 899 });
    expect(found.holdOut.report['0'].support).toBe(89);
  });

  test('a file with two scores gives what the library gives', async () => {
    const { code, stdout, stderr } = await inFolder(...argsOf(file));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { data, target, targetNames } = await datasets.loadIris();
    const search = new GridSearchCV(
      new SVC(),
      { C: [0.1, 1, 10] },
      {
        scoring: ['accuracy', 'f1_macro'],
        refit: 'accuracy',
        cv: 3,
      },
    );
    await search.fit(
      data,
      Array.from(target.data, (code) => targetNames[code]!),
    );
    const { meanTestAccuracy: accuracy, stdTestAccuracy, meanTestF1Macro: f1, stdTestF1Macro } = search.cvResults_;
    const lineOf = (i: number, C: string) => {
      const cells = [accuracy[i], stdTestAccuracy[i], f1[i], stdTestF1Macro[i]].map((x) => fixed(x!, 4));
      return `   ${search.cvResults_.rankTestAccuracy[i]}    ${cells[0]}  ${cells[1]}    ${cells[2]}  ${cells[3]}  ${C.padStart(3)}`;
    };
    const lines = stdout.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'svc on flowers.csv: 150 rows, 4 features, 3 classes; 3 candidates, 3 folds',
      '',
      'rank  accuracy     std  f1_macro     std    C',
    ]);
    const byRank = [0, 1, 2].sort((a, b) => accuracy[b]! - accuracy[a]! || a - b);
    expect(lines.slice(3, 6)).toEqual(byRank.map((i) => lineOf(i, ['0.1', '1', '10'][i]!)));
    expect(lines.slice(6)).toEqual([
      '',
      `Best parameters: C=${search.bestParams_!.C}`,
      `Best score: ${fixed(search.bestScore_!, 4)} (mean accuracy of 3 folds)`,
      '',
    ]);

    const { cvResults, ...rest } = jsonOf('results.json');
    expect(rest).toEqual({
      versions: { sheaf: version, node: process.versions.node },
      data: { name: 'flowers.csv', target: 'species', rows: 150, features: 4, classes: [...targetNames] },
      estimator: 'svc',
      grids: [{ C: [0.1, 1, 10] }],
      scoring: ['accuracy', 'f1_macro'],
      cv: 3,
      bestIndex: search.bestIndex_,
      bestParams: search.bestParams_,
      bestScore: search.bestScore_,
    });
    const timeless = (results: object) =>
      Object.fromEntries(Object.entries(results).filter(([name]) => !name.includes('Time')));
    expect(timeless(cvResults)).toEqual(timeless(search.cvResults_));
    expect(cvResults.meanFitTime).toHaveLength(3);
  });

  for (const kind of ['openmpi', 'mpich'] as const) {
    const mpirun = findMpirun(kind);
    test.skipIf(!mpirun)(`${mpiTitle(kind)}: the ranks give what the threads give`, async () => {
      expect(mpi).toMatch(/^mpirun -n 4 sheaf grid-search /);
      const alone = await inFolder(...argsOf(mpi));
      expect(alone).toMatchObject({ code: 0, stderr: '' });
      const ended = await runRanks(mpirun!, 4, program, { args: ['grid-search', ...argsOf(mpi)] });
      expect({ ...ended, stdout: ended.stdout.replaceAll('\r', '') }).toEqual(alone);
      expect(alone.stdout).toContain('Best parameters: C=1 gamma=0.1\n');

      const refused = await runRanks(mpirun!, 4, program, { args: ['grid-search', '--foo'] });
      expect(refused.code).toBe(2);
      expect(refused.stdout).toBe('');
      expect(refused.stderr.split('sheaf grid-search: there is no flag --foo')).toHaveLength(2);
    });
  }
});

test('the README shows the examples', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/^ {4}/gm, '');
  for (const { command } of examples) expect(readme).toContain(command);
});

test('a file without a header, searched by two workers', async () => {
  writeFileSync(join(folder, 'bare.csv'), '1,7,2\n2,9,1\n1.5,7,2\n2.5,9,1\n');
  const ended = await inFolder(
    ...['--data', 'bare.csv', '--no-header', '--target', '1', '--cv', '2', '--workers', '2', '--threads', '1'],
    ...['--param', 'C=1', '--param', 'classWeight=none,balanced'],
  );
  expect(ended).toEqual({
    code: 0,
    stderr: '',
    stdout: `svc on bare.csv: 4 rows, 2 features, 2 classes; 2 candidates, 2 folds

rank    mean     std  C  classWeight
   1  1.0000  0.0000  1  null
   1  1.0000  0.0000  1  balanced

Best parameters: C=1 classWeight=null
Best score: 1.0000 (mean accuracy of 2 folds)
`,
  });
});

test('fits that fail are warned of, and their scores are null in the JSON', async () => {
  writeFileSync(join(folder, 'rare.csv'), 'a,kind\n1,x\n2,x\n3,x\n4,x\n9,y\n');
  const { code, stdout, stderr } = await inFolder(
    ...['--data', 'rare.csv', '--target', 'kind', '--param', 'C=1', '--cv', '2', '--json', 'rare.json'],
  );
  expect(code).toBe(0);
  expect(stderr).toContain('FitFailedWarning: 1 fits failed out of a total of 2');
  expect(stdout).toContain('   1   nan  nan  1\n');
  expect(jsonOf('rare.json').cvResults).toMatchObject({ meanTestScore: [null], splitTestScore: [[null], [1]] });
});

const C = ['--param', 'C=1'];
const iris = ['--data', 'iris', ...C];
const from = (file: string, ...args: string[]) => ['--data', file, '--target', 'kind', ...C, ...args];

const refused: readonly (readonly [args: readonly string[], sentence: string])[] = [
  [[], '--data is missing: give digits, iris or a CSV file'],
  [['--data', 'iris'], 'there is nothing to search: give parameters to vary, such as --param C=1,10,100'],
  [[...iris, '--folds', '3'], 'there is no flag --folds: the flags are --data, --target,'],
  [[...iris, '--estimator', 'knn'], '--estimator knn does not exist: there are svc'],
  [['--data', 'iris', '--param', 'D=1'], 'SVC has no parameter D; its parameters are C, kernel,'],
  [
    ['--data', 'iris', '--param', 'kernel=rbg'],
    'SVC parameter kernel is "rbg": give one of linear, rbf, poly, sigmoid, precomputed',
  ],
  [['--data', 'iris', '--param', 'C=1,0'], 'SVC parameter C is 0: give a number above 0'],
  [['--data', 'iris', '--param', 'gamma=wide'], "SVC parameter gamma is \"wide\": give 'scale', 'auto' or a number"],
  [['--data', 'iris', '--param', 'kernel=precomputed'], 'the precomputed kernel is 150 × 4: give a square matrix'],
  [[...iris, '--scoring', 'accurate'], "'accurate' is not a scorer: there are accuracy, balanced_accuracy, f1,"],
  [[...iris, '--scoring', 'accuracy,accuracy'], '--scoring names accuracy twice: give each scorer once'],
  [[...iris, '--scoring', 'f1'], "--scoring f1 does not suit iris: Target is multiclass but average='binary'"],
  [[...iris, '--cv', '1'], "--cv must be an integer from 2 on, got '1'"],
  [[...iris, '--cv', 'many'], "--cv must be an integer from 2 on, got 'many'"],
  [[...iris, '--cv', '51'], 'iris has at most 50 rows of a class, fewer than the 51 folds of --cv'],
  [[...iris, '--workers', '0'], "--workers must be an integer from 1 on, got '0'"],
  [[...iris, '--threads', '1.5'], "--threads must be an integer from 1 on, got '1.5'"],
  [[...iris, '--test-size', '-1'], "--test-size must be a fraction between 0 and 1 or a number of rows, got '-1'"],
  [[...iris, '--test-size', '1.5'], '--test-size must be a fraction between 0 and 1 or a number of rows'],
  [[...iris, '--test-size', '0.999'], '--test-size 0.999 leaves nothing of the 150 rows to search on'],
  [
    // With a seed: drawn at random, the two rows may be of one class, which is told first.
    [...iris, '--test-size', '148', '--random-state', '0'],
    'iris has 2 rows, those held out not counted, fewer than the 5 folds of --cv',
  ],
  [[...iris, '--random-state', '0'], '--random-state is the seed of the split that --test-size makes'],
  [[...iris, '--test-size', '9', '--random-state', '4294967296'], '--random-state must be below 2**32'],
  [[...iris, '--target', 'species'], '--target is for files: iris has its classes already'],
  [[...iris, '--no-header'], '--no-header is for files: iris is none'],
  [[...iris, '--json', 'nowhere/out.json'], '--json nowhere/out.json cannot be written: there is no folder nowhere'],
  [[...iris, '--json', '.'], '--json . cannot be written: it is a folder'],
  [from('irs'), '--data irs is neither a file nor one of the data sets digits, iris'],
  [from('.'), '. cannot be read: '],
  [from('empty.csv'), 'empty.csv is empty'],
  [from('header.csv'), 'header.csv has a header but no rows'],
  [from('ragged.csv'), 'ragged.csv, line 3: 1 cells, but line 1 has 2'],
  [from('twins.csv'), "twins.csv: columns 1 and 2 are all called 'a': rename them, or give --no-header if"],
  [['--data', 'four.csv', ...C], 'four.csv needs --target COLUMN, the column with the classes: there are a, b, kind'],
  [['--data', 'four.csv', '--target', 'c', ...C], "four.csv has no column 'c': there are a, b, kind"],
  [from('target.csv'), 'target.csv has no column besides the target kind'],
  [from('words.csv'), 'words.csv, line 3, column b: "two" is not a number'],
  [from('gap.csv'), 'gap.csv, line 3, column b: there is no value'],
  [from('infinite.csv'), 'infinite.csv, line 3, column a: the value is Infinity'],
  [from('unlabelled.csv'), 'unlabelled.csv, line 3, column kind: there is no class'],
  [from('unnumbered.csv'), 'unnumbered.csv, line 3, column kind: there is no class'],
  [from('continuous.csv'), 'continuous.csv, line 3, column kind: 2.5 is no class: classes are integers or words'],
  [from('one-class.csv'), 'one-class.csv has one class only, x, in its 2 rows: at least two are needed'],
  [from('four.csv'), 'four.csv has 4 rows, fewer than the 5 folds of --cv'],
  [from('lone.csv'), 'lone.csv has at most 1 rows of a class, fewer than the 5 folds of --cv'],
];

test.concurrent.each(refused)('%j is refused in one sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await inFolder(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr.startsWith(`sheaf grid-search: ${sentence}`), stderr).toBe(true);
});

test('nothing is written where the search is refused', async () => {
  await inFolder(...from('four.csv', '--json', 'refused.json'));
  expect(existsSync(join(folder, 'refused.json'))).toBe(false);
});

test('the flags as settings', () => {
  const args = '--data x.csv --target y --no-header --param C=1 --cv 3 --test-size 10 --random-state 7 --threads 4';
  expect(settingsOf(args.split(' '))).toEqual({
    data: { name: 'x.csv', target: 'y', header: false },
    estimator: 'svc',
    grids: [{ C: [1] }],
    scoring: ['accuracy'],
    cv: 3,
    testSize: 10,
    randomState: 7,
    workers: undefined,
    threads: 4,
    json: undefined,
  });
});

// util-linux's script gives the program a terminal, and what it is given a keyboard.
test.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/script'))(
  'Ctrl-C ends a search with 130, its bar wiped',
  async () => {
    const gammas = Array.from({ length: 400 }, (_, i) => `${(i + 1) / 1e5}`).join(',');
    const command = `'${process.execPath}' '${program}' grid-search --data digits --param gamma=${gammas}`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { env: cleanEnv(), stdio: 'pipe' });
    let screen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      const hadBegun = screen.includes('/2000 ');
      screen += text;
      if (!hadBegun && screen.includes('/2000 ')) terminal.stdin.write('\x03');
    });
    const code = await new Promise((resolve) => terminal.on('close', resolve));
    expect(code).toBe(130);
    expect(screen.endsWith('\r\x1b[K')).toBe(true);
    expect(screen).not.toMatch(/rank|\n\s+at |Error/);
  },
);
