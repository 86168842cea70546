/** A sequence that is pushed to and taken from at both ends, each in O(1): the places in between are numbered on. */
export class Deque<T> implements Iterable<T> {
  readonly #items = new Map<number, T>();
  #first = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#first;
  }

  push(item: T): void {
    this.#items.set(this.#end++, item);
  }

  unshift(item: T): void {
    this.#items.set(--this.#first, item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items.get(this.#first)!;
    this.#items.delete(this.#first++);
    return item;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#first; i < this.#end; i++) yield this.#items.get(i)!;
  }
}
