/** `sheaf grid-search`: its help text, and the way to the search, which is loaded when the flags are good. */
import { flagsHelp } from './flags.js';
import { flags, settingsOf } from './search-settings.js';

/** Shown by --help, each run by a test. */
export const examples: readonly { readonly title: string; readonly command: string }[] = [
  {
    title: "scikit-learn's digits search: a grid of radial kernels, then one of linear ones",
    command: `sheaf grid-search --data digits --test-size 0.5 --random-state 0 --scoring precision_macro \\
  --param kernel=rbf --param gamma=1e-3,1e-4 --param C=1,10,100,1000 \\
  --grid --param kernel=linear --param C=1,10,100,1000`,
  },
  {
    title: 'a file of your own, two scores, the results for another program',
    command: `sheaf grid-search --data flowers.csv --target species --param C=0.1,1,10 \\
  --scoring accuracy,f1_macro --cv 3 --json results.json`,
  },
  {
    title: 'on the ranks of an MPI job: a scheduler, a client and two workers',
    command: 'mpirun -n 4 sheaf grid-search --data iris --param C=1,10 --param gamma=scale,0.1',
  },
];

const help = `sheaf grid-search: tries all combinations of parameters by cross-validation and tells the best

Usage: sheaf grid-search --data NAME|FILE [--target COLUMN] --param NAME=V1,V2,… [flags]

Flags:
${flagsHelp(flags)}
Examples:
${examples.map(({ title, command }) => `  # ${title}\n  ${command.replaceAll('\n', '\n  ')}\n`).join('\n')}`;

export const gridSearch = {
  help,
  async run(args: readonly string[]): Promise<void> {
    const settings = settingsOf(args);
    const { runSearch } = await import('./run-search.js');
    await runSearch(settings);
  },
};
