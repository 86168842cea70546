/**
 * How busy workers are in the model, and where the rest of their time goes. The same graph runs twice: in a world where
 * nothing but tasks takes time, where the scheduler's code is timed too, and with all costs. What is lost in the first is
 * the tail's. Of what is lost further, the network's part is at most what hops and the busiest link take; the rest is the
 * scheduler's.
 */
import { freeCosts, Stopwatch } from './costs.js';
import { type Outcome, simulate, type WorldOptions } from './world.js';

/** `tail`: with nothing but tasks in the world: some workers have none left, or none yet, while others work. */
export type Cause = 'tail' | 'scheduler' | 'network';

export interface Figures {
  readonly nodes: number;
  readonly workers: number;
  readonly tasks: number;
  readonly startupMs: number;
  readonly makespanMs: number;
  /** What tasks took together, over what all workers had from the first submission to the last result. */
  readonly efficiency: number;
  /** The same from the start of the ranks on. */
  readonly withStartup: number;
  readonly utilisation: number;
  readonly networkBytes: number;
  /** What the scheduler's process was busy with, by event, and `frames`. */
  readonly busyMs: Outcome['busyMs'];
  /** The parts of the workers' time that are lost to each. */
  readonly lost: Readonly<Record<Cause, number>>;
  readonly limit: Cause;
}

export function figuresOf(options: WorldOptions): Figures {
  const { nodes, workersPerNode, costs, workload } = options;
  const workers = nodes * workersPerNode;
  const tasks = workload.submissions.reduce((sum, submission) => sum + submission.tasks, 0);
  const stopwatch = new Stopwatch();
  const free = simulate({ ...options, costs: freeCosts, stopwatch });
  const real = simulate({ ...options, costs: { ...costs, handleMs: { ...stopwatch.handleMs, ...costs.handleMs } } });
  const efficiency = real.taskMs / (workers * real.makespanMs);
  const rest = Math.max(0, real.makespanMs - free.makespanMs);
  // A task goes there and its report comes back, whoever sends them; and nothing is faster than the busiest link.
  const hopsMs = (tasks / workers) * (2 * costs.latencyMs + costs.workerMs);
  const networkMs = Math.min(rest, hopsMs + real.linkMs);
  const shareOf = (ms: number) => ms / real.makespanMs;
  const lost = {
    tail: Math.max(0, 1 - efficiency - shareOf(rest)),
    ...{ scheduler: shareOf(rest - networkMs), network: shareOf(networkMs) },
  };
  return {
    ...{ nodes, workers, tasks, startupMs: real.startupMs, makespanMs: real.makespanMs },
    ...{ efficiency, withStartup: efficiency * withoutStart(real), utilisation: real.utilisation },
    ...{ networkBytes: real.networkBytes, busyMs: real.busyMs, lost, limit: limitOf(lost) },
  };
}

const withoutStart = ({ startupMs, makespanMs }: Outcome): number => makespanMs / (startupMs + makespanMs);

export function limitOf(lost: Figures['lost']): Cause {
  const causes = Object.keys(lost) as Cause[];
  return causes.reduce((most, cause) => (lost[cause] > lost[most] ? cause : most));
}
