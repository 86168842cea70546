/** What the program does once it knows what is asked for: prints a report, and writes the files that are named. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenCase } from './case.js';
import { cases, hiddenCases, hiddenScalings, scalings } from './cases/index.js';
import { compareRuns } from './compare/compare.js';
import { markdownComparison, textComparison } from './compare/report.js';
import { readRows } from './compare/saved.js';
import { machine } from './machine.js';
import { answerAll } from './model/answer.js';
import { markdownAnswers, rowsOfAnswers, textAnswers } from './model/report.js';
import { type Options, UsageError } from './options.js';
import { origin } from './origin.js';
import { peers } from './peers/peers.js';
import { curvesOf, speedupPlot } from './plot/speedup.js';
import { header, jsonReport, markdownReport, type Report, textReport } from './report.js';
import { missingPeers, rowsOf } from './rows.js';
import { runLines } from './run.js';
import { scalingCase } from './scaling.js';

export const say = (text: string) => process.stderr.write(`${text}\n`);

/** Measures the cases that are named, or all of them; with numbers of workers, how they scale. */
export async function measureCases(options: Options): Promise<void> {
  const opens = casesOf(options);
  const about = { machine: machine(), origin: origin() };
  const reports = new Map<string, Report>();
  for (const [name, open] of opens) {
    const report = await measureCase(name, await open(), about, options.quick);
    console.log(`${name}\n${textReport(report)}`);
    reports.set(name, report);
  }
  write(reports, options);
}

type Opens = ReadonlyMap<string, () => Promise<OpenCase>>;

function casesOf({ names, workers }: Options): Opens {
  if (workers === undefined) {
    const open = async (load: (typeof cases)[string]) => (await load())();
    return named(names, cases, hiddenCases, (load) => open(load), 'there is no case');
  }
  const open = async (load: (typeof scalings)[string], cores: number) =>
    scalingCase(await (await load())(), workers, cores);
  const { cores } = machine();
  return named(names, scalings, hiddenScalings, (load) => open(load, cores), 'there is no case to scale to --workers:');
}

/** What is named among `shown` and `hidden`, or all that is shown. */
function named<T>(
  names: readonly string[],
  shown: Readonly<Record<string, T>>,
  hidden: Readonly<Record<string, T>>,
  open: (load: T) => Promise<OpenCase>,
  otherwise: string,
): Opens {
  const known: Readonly<Record<string, T>> = { ...shown, ...hidden };
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    throw new UsageError(`${otherwise} ${unknown}; there are ${Object.keys(shown).join(', ')}`);
  const chosen = names.length > 0 ? names : Object.keys(shown);
  return new Map(chosen.map((name) => [name, () => open(known[name]!)]));
}

async function measureCase(
  name: string,
  { lines, versions, notes, close }: OpenCase,
  about: Pick<Report, 'machine' | 'origin'>,
  quick: boolean,
): Promise<Report> {
  try {
    const missing = missingPeers(lines);
    for (const sentence of missing) say(sentence);
    const measures = await runLines(lines, {
      maxRounds: quick ? 2 : Number.POSITIVE_INFINITY,
      onRound: (round, rounds) => say(`${name}: round ${round + 1} of ${rounds}`),
    });
    return { ...about, versions, notes: [...notes, ...missing], rows: rowsOf(name, lines, measures) };
  } finally {
    await close();
  }
}

function write(reports: ReadonlyMap<string, Report>, { json, markdown, svg }: Options): void {
  if (json !== undefined) writeFileSync(json, jsonReport([...reports.values()]));
  if (markdown !== undefined) {
    const parts = [...reports].map(([name, report]) => `# ${name}\n\n${markdownReport(report)}`);
    writeFileSync(markdown, parts.join('\n'));
  }
  if (svg === undefined) return;
  mkdirSync(svg, { recursive: true });
  for (const [name, { rows }] of reports)
    writeFileSync(join(svg, `${name}-speedup.svg`), speedupPlot(name, curvesOf(rows)));
}

/** `scale`: the model of many nodes. */
export async function modelScale({ names, quick, json, markdown }: Options): Promise<void> {
  if (names.length > 1) throw new UsageError(`scale takes no further names, but it was given ${names[1]}`);
  const about = { machine: machine(), origin: origin(), versions: {} };
  const { costs, answers } = await answerAll(quick, (question, nodes) => say(`${question}: ${nodes} nodes`));
  console.log(`${header(about).join('\n')}\n\n${textAnswers(answers, costs)}`);
  if (json !== undefined) writeFileSync(json, jsonReport([{ ...about, rows: rowsOfAnswers(answers) }]));
  if (markdown !== undefined)
    writeFileSync(markdown, `${header(about).join('  \n')}\n\n${markdownAnswers(answers, costs)}`);
}

/** `compare A.json B.json` */
export function compareFiles({ names, json, markdown }: Options): void {
  const [, first, second, ...others] = names;
  if (first === undefined || second === undefined || others.length > 0)
    throw new UsageError('compare takes two files that --json has written: compare before.json after.json');
  const [before, after] = [readRows(first), readRows(second)];
  const report = { before, after, comparisons: compareRuns(before, after) };
  console.log(textComparison(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report.comparisons, null, 2)}\n`);
  if (markdown !== undefined) writeFileSync(markdown, markdownComparison(report));
}

export function tellPeers(): void {
  for (const { name, install, version } of peers.map((peer) => ({ ...peer, version: peer.version() }))) {
    console.log(version === undefined ? `${name}: not installed; ${install}` : `${name}: ${version}`);
  }
}
