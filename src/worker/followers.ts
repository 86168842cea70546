/** Which tasks wait for what another task of this worker is to make. */
import type { Key } from '../graph/task.js';

const none: readonly Key[] = [];

export class Followers {
  readonly #byKey = new Map<Key, Key[]>();

  add(key: Key, follower: Key): void {
    const others = this.#byKey.get(key);
    if (others) others.push(follower);
    else this.#byKey.set(key, [follower]);
  }

  /** Those of `key`, which are forgotten here; some may have left the worker since. */
  take(key: Key): readonly Key[] {
    const found = this.#byKey.get(key) ?? none;
    this.#byKey.delete(key);
    return found;
  }
}
