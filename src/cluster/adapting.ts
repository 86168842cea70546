/** A local cluster that follows its work. */
import { availableParallelism } from 'node:os';
import { desiredWorkers } from '../scheduler/adaptive.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import type { Crew } from './crew.js';
import type { SchedulerServer } from './scheduler-server.js';

export interface AdaptOptions {
  /** At least so many workers (default 0). */
  readonly minimum?: number;
  /** At most so many (default: one per core). */
  readonly maximum?: number;
  /** How often to look, in ms (default 1000). */
  readonly intervalMs?: number;
  /** Within how many ms the work should be done (default 5000). */
  readonly targetMs?: number;
  /** How many looks in a row must find too many workers before some go (default 3). */
  readonly waitCount?: number;
}

const names = ['minimum', 'maximum', 'intervalMs', 'targetMs', 'waitCount'] as const;

/** Raises InputError for options that do not exist or make no sense. */
export function checkAdaptOptions(options: AdaptOptions): Required<AdaptOptions> {
  checkOptionNames('adapt', options, names);
  const { minimum = 0, maximum = Math.max(minimum, availableParallelism()) } = options;
  const checked = { minimum, maximum, intervalMs: 1000, targetMs: 5000, waitCount: 3, ...options };
  for (const name of names) {
    const value = checked[name];
    if (typeof value !== 'number' || !(value >= (name === 'minimum' ? 0 : 1)))
      throw new InputError(`adapt: ${name} must be a number from ${name === 'minimum' ? 0 : 1} up, but it is ${value}`);
  }
  if (minimum > maximum) throw new InputError(`adapt: minimum ${minimum} is above maximum ${maximum}`);
  return checked;
}

export class Adapting {
  readonly #options: Required<AdaptOptions>;
  readonly #timer: NodeJS.Timeout;
  #excessive = 0;
  #isBusy = false;

  constructor(
    parts: Promise<{ readonly scheduler: SchedulerServer; readonly crew: Crew }>,
    options: Required<AdaptOptions>,
  ) {
    this.#options = options;
    const look = async () => {
      if (this.#isBusy) return;
      this.#isBusy = true;
      try {
        const { scheduler, crew } = await parts;
        await this.#look(scheduler, crew);
      } catch {
        this.stop(); // the cluster has ended
      } finally {
        this.#isBusy = false;
      }
    };
    this.#timer = setInterval(look, options.intervalMs).unref();
    look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look({ state }: SchedulerServer, crew: Crew): Promise<void> {
    const { minimum, maximum, targetMs, waitCount } = this.#options;
    const desired = Math.min(maximum, Math.max(minimum, desiredWorkers(state, targetMs)));
    this.#excessive = desired < crew.size ? this.#excessive + 1 : 0;
    if (desired > crew.size || this.#excessive >= waitCount) {
      this.#excessive = 0;
      await crew.scale(desired);
    }
  }
}
