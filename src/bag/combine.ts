/** Bags made of several. */
import { InputError } from '../util/errors.js';
import { Bag } from './bag.js';
import { checkAlike, tasksOn } from './build.js';

/** Tuples of the items of bags with the same partitions, as many as the shorter partition has. */
export function zip<B extends readonly Bag<unknown>[]>(
  ...bags: B
): Bag<{ -readonly [K in keyof B]: B[K] extends Bag<infer T> ? T : never }> {
  const [first] = bags;
  if (!first) throw new InputError('zip takes bags, and was given none');
  for (const other of bags) checkAlike('zip', first, other);
  const rows = first.keys.map((_, i) => bags.map(({ keys }) => keys[i]!));
  return new Bag(
    tasksOn(
      rows,
      bags.map(({ part }) => part),
      { op: 'zip' },
    ),
  );
}

/** The partitions of all bags, one after another. */
export function concat<T>(bags: readonly Bag<T>[]): Bag<T> {
  if (bags.length === 0) throw new InputError('concat takes bags, and was given none');
  const part = { inputs: bags.map((each) => each.part), layers: [] };
  return new Bag({ keys: bags.flatMap(({ keys }) => keys), part });
}
