/** Which ranks of a job do what. */
import { InputError } from '../util/errors.js';

export interface RoleOptions {
  /** Whether the ranks of the scheduler and the client do nothing else (default true). */
  readonly exclusive?: boolean;
  /** The rank that schedules (default 0). */
  readonly schedulerRank?: number;
  /** The rank that goes on with the script (default: the lowest that does not schedule). */
  readonly clientRank?: number;
}

export interface Roles {
  readonly scheduler: number;
  readonly client: number;
  readonly workers: readonly number[];
}

/**
 * The roles of `size` ranks. Raises {@link InputError} for ranks that there are not, and where no worker is left.
 *
 * @example
 * rolesOf(4); // { scheduler: 0, client: 1, workers: [2, 3] }
 * rolesOf(1, { exclusive: false }); // { scheduler: 0, client: 0, workers: [0] }
 */
export function rolesOf(size: number, options: RoleOptions = {}): Roles {
  const { exclusive = true, schedulerRank: scheduler = 0 } = options;
  const { clientRank: client = Math.min(scheduler === 0 ? 1 : 0, size - 1) } = options;
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const workers = exclusive ? ranks.filter((rank) => rank !== scheduler && rank !== client) : ranks;
  if (workers.length === 0) throw tooSmall(size);
  for (const [name, rank] of Object.entries({ schedulerRank: scheduler, clientRank: client })) {
    if (!ranks.includes(rank))
      throw new InputError(`initialize: ${name} is ${rank}, but the ranks of this job are 0 to ${size - 1}`);
  }
  return { scheduler, client, workers };
}

const tooSmall = (size: number): InputError =>
  new InputError(
    `the launcher started ${size === 1 ? 'one process' : `${size} processes`}, but a cluster needs at least 3: rank 0 is ` +
      'the scheduler, rank 1 runs the script, the others are workers. Start it with -n 3 or more, let all ranks ' +
      'compute with initialize({ exclusive: false }), or start it without a launcher to use the cores of this machine',
  );
