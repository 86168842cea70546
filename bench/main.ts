/** Measures this package and its peers side by side: `npm run bench -- grid-search`. See README.md beside this file. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { OpenCaseFn } from './case.js';
import { cases, hiddenCases } from './cases/index.js';
import { type Machine, machine } from './machine.js';
import { peers } from './peers/peers.js';
import { jsonReport, markdownReport, type Report, textReport } from './report.js';
import { missingPeers, rowsOf } from './rows.js';
import { runLines } from './run.js';

const usage = `usage: npm run bench -- [CASE ...] [options]

cases (all when none is named): ${Object.keys(cases).join(', ')}

options:
  --quick          two rounds at most
  --json FILE      write the results as an array of rows
  --markdown FILE  write the results as Markdown
  --peers          tell which peers are installed, and how to install the others`;

const say = (text: string) => process.stderr.write(`${text}\n`);

async function run(name: string, load: () => Promise<OpenCaseFn>, about: Machine, quick: boolean): Promise<Report> {
  const open = await load();
  const { lines, versions, notes, close } = await open();
  try {
    const missing = missingPeers(lines);
    for (const sentence of missing) say(sentence);
    const measures = await runLines(lines, {
      maxRounds: quick ? 2 : Number.POSITIVE_INFINITY,
      onRound: (round, rounds) => say(`${name}: round ${round + 1} of ${rounds}`),
    });
    return { machine: about, versions, notes: [...notes, ...missing], rows: rowsOf(name, lines, measures) };
  } finally {
    await close();
  }
}

function tellPeers(): void {
  for (const { name, install, version } of peers.map((peer) => ({ ...peer, version: peer.version() }))) {
    console.log(version === undefined ? `${name}: not installed; ${install}` : `${name}: ${version}`);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
      peers: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.peers) {
    tellPeers();
    return 0;
  }
  const known = { ...cases, ...hiddenCases };
  const names = positionals.length > 0 ? positionals : Object.keys(cases);
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    say(`there is no case ${unknown}\n\n${usage}`);
    return 2;
  }
  const about = machine();
  const reports: Report[] = [];
  for (const name of names) {
    const report = await run(name, known[name], about, values.quick);
    console.log(`${name}\n${textReport(report)}`);
    reports.push(report);
  }
  if (values.json !== undefined) writeFileSync(values.json, jsonReport({ rows: reports.flatMap(({ rows }) => rows) }));
  if (values.markdown !== undefined) {
    writeFileSync(values.markdown, names.map((name, i) => `# ${name}\n\n${markdownReport(reports[i])}`).join('\n'));
  }
  return 0;
}

process.exitCode = await main().catch((error) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
});
