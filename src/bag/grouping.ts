/** Keys of items: how they are told apart, and where they come from. */
import { contentHash } from '../util/hash.js';

/** Where a key comes from: a property, or for `null` the function beside it, else the item itself. */
export type Selector = PropertyKey | null;

export const selectorOf = (key: Selector, fn?: (item: unknown) => unknown): ((item: unknown) => unknown) =>
  fn ?? (key === null ? (item) => item : (item) => (item as Record<PropertyKey, unknown>)[key]);

/** What equal keys share: primitives are themselves, equal plain data is equal, `0` is `-0`. */
export const identityOf = (key: unknown): unknown =>
  typeof key === 'object' && key !== null ? `\0${contentHash(key)}` : key;

export interface Group {
  readonly key: unknown;
  readonly items: unknown[];
}

/** Items by the identity of their keys, in the order in which the keys come. */
export function groupItems(items: Iterable<unknown>, keyOf: (item: unknown) => unknown): Map<unknown, Group> {
  const groups = new Map<unknown, Group>();
  for (const item of items) {
    const key = keyOf(item);
    const identity = identityOf(key);
    const group = groups.get(identity);
    if (group) group.items.push(item);
    else groups.set(identity, { key, items: [item] });
  }
  return groups;
}
