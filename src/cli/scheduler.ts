/** `sheaf scheduler`: a scheduler by itself, for workers and clients that join it. */
import { newSecret } from '../comm/comm.js';
import { InputError } from '../util/errors.js';
import { interfaceFlag, schedulerFileFlag, schedulerFlags, schedulerSettingsOf } from './cluster-flags.js';
import { flagsHelp, integerOf, parseFlags, textOf } from './flags.js';

const flags = {
  ...schedulerFileFlag,
  ...interfaceFlag,
  port: { value: 'N', help: 'the port to listen on (default 8786; 0 for any free one)' },
  ...schedulerFlags,
  help: { help: 'this text' },
} as const;

const DEFAULT_PORT = 8786;

const help = `sheaf scheduler: runs a scheduler, which workers and clients join

Usage: sheaf scheduler [flags]

Flags:
${flagsHelp(flags)}
It ends with Ctrl-C, SIGTERM, or client.shutdown(). Who joins needs the cluster's secret: it is in the scheduler file,
which only its owner can read; without one it is that of SHEAF_SECRET, or a new one that is printed.

Examples:
  # here, and on two more hosts by ssh
  sheaf scheduler --scheduler-file cluster.json
  ssh node1 "cd $PWD && sheaf worker --scheduler-file cluster.json"
  ssh node2 "cd $PWD && sheaf worker --scheduler-file cluster.json"
  # then, in a script: new Client({ schedulerFile: 'cluster.json' })
`;

export const scheduler = {
  help,
  async run(args: readonly string[]): Promise<void> {
    const given = parseFlags(args, flags);
    const settings = schedulerSettingsOf(given);
    const schedulerFile = textOf(given, 'scheduler-file');
    if (settings.protocol === 'tls' && schedulerFile === undefined)
      throw new InputError('--protocol tls needs --scheduler-file FILE, from which the others have the certificates');
    const { SHEAF_SECRET: told } = process.env;
    const secret = told || newSecret();
    const { runScheduler } = await import('../cluster/stand-alone.js');
    await runScheduler(
      {
        ...{ ...settings, secret, port: integerOf(given, 'port', 0) ?? DEFAULT_PORT },
        ...(schedulerFile !== undefined && { schedulerFile }),
      },
      ({ addresses }) => {
        const secretly = told ? '' : `SHEAF_SECRET=${secret} `;
        const command =
          schedulerFile === undefined
            ? `${secretly}sheaf worker ${addresses[0]}`
            : `sheaf worker --scheduler-file ${schedulerFile}`;
        process.stdout.write(`scheduler at ${addresses.join(', ')}\njoin it with: ${command}\n`);
      },
    );
    process.exit(0);
  },
};
