import { InputError } from '../util/errors.js';
import { type Operation, type Partitions, tasksOn, tasksOnEach } from './build.js';
import type { ReducerName } from './reducers.js';

export interface ReductionOptions {
  /** How many results are combined by one task (default 8); false for all at once. */
  readonly splitEvery?: number | false;
}

interface Reduction extends Pick<Operation, 'params' | 'fns'>, ReductionOptions {
  readonly reducer: ReducerName;
}

/** The one partition or value that a tree of tasks reduces all partitions to. */
export function reduce(partitions: Partitions, { reducer, params, fns, splitEvery = 8 }: Reduction): Partitions {
  const width = splitEvery === false ? Math.max(2, partitions.keys.length) : splitEvery;
  if (!Number.isInteger(width) || width < 2) throw new InputError(`splitEvery is an integer from 2 up, got ${width}`);
  const of = (op: string): Operation => ({ op, params: { ...(params as object), reducer }, ...(fns && { fns }) });
  let level = tasksOnEach(partitions, of('chunk'));
  while (level.keys.length > width) level = tasksOn(inGroups(level.keys, width), [level.part], of('combine'));
  return tasksOn([level.keys], [level.part], of('finish'));
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
