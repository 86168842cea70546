/** Measures this package and its peers side by side: `npm run bench -- grid-search`. See README.md beside this file. */
import { cases, scalings } from './cases/index.js';
import { compareFiles, measureCases, modelScale, say, tellPeers } from './commands.js';
import { type Options, parseOptions, UsageError } from './options.js';

const usage = `usage: npm run bench -- [CASE ...] [options]
   or:  npm run bench -- compare BEFORE.json AFTER.json, which tells what moved beyond noise
   or: npm run bench -- scale, a model of up to 128 nodes of 40 workers; two minutes

cases (all when none is named): ${Object.keys(cases).join(', ')}

options:
  --workers LIST   measure instead how work scales to so many workers, such as 1,2,4; of
                   ${Object.keys(scalings).join(', ')}
  --svg DIR        draw that: speedup and efficiency, DIR/CASE-speedup.svg
  --quick          two rounds at most
  --json FILE      write the results as an array of rows
  --markdown FILE  write the results as Markdown
  --peers          tell which peers are installed, and how to install the others`;

/** What is no case. */
const commands: Readonly<Record<string, (options: Options) => void | Promise<void>>> = {
  compare: compareFiles,
  scale: modelScale,
};

async function run(options: Options): Promise<void> {
  const [name = ''] = options.names;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command && options.workers) throw new UsageError(`--workers is for cases, not for ${name}`);
  await (command ?? measureCases)(options);
}

async function main(options: Options): Promise<void> {
  if (options.help) console.log(usage);
  else if (options.peers) tellPeers();
  else await run(options);
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    say(error.message);
    process.exitCode = 2;
  } else {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
