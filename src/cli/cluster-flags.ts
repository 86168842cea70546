/** The flags of the commands that start schedulers and workers, and the settings that they make. */
import type { SchedulerSettings } from '../cluster/job-scheduler.js';
import type { SchedulerPlace } from '../cluster/stand-alone.js';
import type { WorkerSettings } from '../cluster/supervised-worker.js';
import { InputError } from '../util/errors.js';
import { type Given, integerOf, parseNumber, textOf } from './flags.js';

export const schedulerFileFlag = {
  'scheduler-file': { value: 'FILE', help: 'the file that tells how to join, in a directory that all hosts share' },
} as const;

export const interfaceFlag = {
  interface: { value: 'NAME', help: 'the network interface to listen on, such as ib0' },
} as const;

export const schedulerFlags = {
  protocol: { value: 'tcp|tls', help: 'tls encrypts the connections, with certificates made for this cluster' },
  'event-log': { value: 'FILE', help: 'write what happens into this file, as lines of JSON' },
} as const;

export const workerFlags = {
  nthreads: { value: 'N', help: 'compute threads of each worker (default: its part of the cores)' },
  'memory-limit': {
    value: 'SIZE',
    help: "of each worker, such as 4GiB, 0 for none (default: its part of the host's)",
  },
  'local-directory': { value: 'DIR', help: 'where results go that memory has no room for' },
  resource: { value: 'NAME=N', repeats: true, help: 'what each worker has for tasks that ask for it: GPU=1' },
} as const;

/** Where a scheduler is to be found. Raises {@link InputError} for an address without a secret. */
export function placeOf(address: string | undefined, schedulerFile: string | undefined): SchedulerLocation {
  if (schedulerFile !== undefined) return { schedulerFile };
  const { SHEAF_SECRET: secret } = process.env;
  if (!secret)
    throw new InputError(
      `SHEAF_SECRET is not set: it is the secret of the cluster at ${address}, which its scheduler printed`,
    );
  return { address: address!, secret };
}

type SchedulerLocation = Pick<SchedulerPlace, 'address' | 'secret' | 'schedulerFile'>;

/** Raises {@link InputError} for a protocol that there is not. */
export function schedulerSettingsOf(given: readonly Given[]): SchedulerSettings {
  const protocol = textOf(given, 'protocol');
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'tls')
    throw new InputError(`--protocol must be tcp or tls, got '${protocol}'`);
  return {
    ...(protocol && { protocol }),
    ...optional('interface', textOf(given, 'interface')),
    ...optional('eventLog', textOf(given, 'event-log')),
  };
}

/** Raises {@link InputError} for numbers that are none. */
export function workerSettingsOf(given: readonly Given[]): WorkerSettings {
  const limit = textOf(given, 'memory-limit');
  const resources = given.filter(({ name }) => name === 'resource').map(({ text }) => resourceOf(text));
  return {
    ...optional('nthreads', integerOf(given, 'nthreads', 1)),
    ...optional('memoryLimit', limit === undefined ? undefined : (parseNumber(limit) ?? limit)),
    ...optional('localDirectory', textOf(given, 'local-directory')),
    ...optional('interface', textOf(given, 'interface')),
    ...(resources.length > 0 && { resources: Object.fromEntries(resources) }),
  };
}

function resourceOf(text: string): readonly [string, number] {
  const [, name, number = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const amount = parseNumber(number);
  if (name !== undefined && amount !== undefined && amount > 0) return [name, amount];
  throw new InputError(`--resource must be a name and how much there is, such as GPU=1, got '${text}'`);
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [_ in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [_ in K]: V });
}
