/**
 * Rows of the kernel matrix of one binary problem, in float32 and in the solver's present order of items, each gathered
 * when it is first asked for. With a slot for every item nothing is gathered twice; with fewer the least recently used
 * row gives way, as in libsvm's cache. What the solver sees is the same either way.
 */
import type { KernelSource } from './sources.js';

/** Lengths are rounded up so that vector loops need no remainder. */
export const padded = (length: number): number => (length + 3) & ~3;

/** Arrays that one problem after another uses. */
export interface RowBuffers {
  /** Rows of kernel values: that in slot s begins at s·stride. */
  readonly values: Float32Array;
  /** Position -> item of the source. */
  readonly items: Int32Array;
  /** Position -> slot, or −1. */
  readonly slotOf: Int32Array;
  /** Slot -> position. */
  readonly positionOf: Int32Array;
  /** Slot -> when its row was last asked for. */
  readonly lastUse: Float64Array;
  /** How many rows were asked for, by anyone. */
  readonly clock: Float64Array;
  /** Does what the source's `gather` does for the first `length` items, from a kernel matrix beside the buffers; if there is one. */
  readonly gather: ((item: number, length: number, start: number) => void) | undefined;
}

export class RowCache {
  readonly values: Float32Array;
  readonly #source: KernelSource;
  readonly #l: number;
  readonly #stride: number;
  readonly #slots: number;
  readonly #items: Int32Array;
  readonly #slotOf: Int32Array;
  readonly #positionOf: Int32Array;
  readonly #lastUse: Float64Array;
  readonly #clock: Float64Array;
  readonly #gather: RowBuffers['gather'];
  #used = 0;

  /** Keeps up to `slots` rows of l items; those at the front of `buffers.items` are permuted in place. */
  constructor(source: KernelSource, l: number, slots: number, buffers: RowBuffers) {
    this.#source = source;
    this.#l = l;
    this.#stride = padded(l);
    this.#slots = slots;
    this.values = buffers.values;
    this.#items = buffers.items;
    this.#slotOf = buffers.slotOf.fill(-1, 0, l);
    this.#positionOf = buffers.positionOf;
    this.#lastUse = buffers.lastUse;
    this.#clock = buffers.clock;
    this.#gather = buffers.gather;
    // The items behind the last are read as well, to no effect.
    this.#items.fill(0, l, this.#stride);
  }

  /** Where the row of the item at `position` begins in {@link values}. It stays until two other rows have been asked for. */
  row(position: number): number {
    let slot = this.#slotOf[position];
    if (slot < 0) slot = this.fill(position);
    this.#lastUse[slot] = ++this.#clock[0];
    return slot * this.#stride;
  }

  /** Makes the row of the item at `position`, which is missing; returns its slot. */
  fill(position: number): number {
    const slot = this.#used < this.#slots ? this.#used++ : this.#evict();
    this.#slotOf[position] = slot;
    this.#positionOf[slot] = position;
    const item = this.#items[position];
    const start = slot * this.#stride;
    if (this.#gather) this.#gather(item, this.#l, start);
    else this.#source.gather(item, this.#items, this.#l, this.values, start);
    return slot;
  }

  #evict(): number {
    let oldest = 0;
    for (let slot = 1; slot < this.#slots; slot++) if (this.#lastUse[slot] < this.#lastUse[oldest]) oldest = slot;
    this.#slotOf[this.#positionOf[oldest]] = -1;
    return oldest;
  }

  /** Exchanges the items at positions i and j: as rows, and as columns of every row that is here. */
  swap(i: number, j: number): void {
    const { values } = this;
    for (let slot = 0, start = 0; slot < this.#used; slot++, start += this.#stride) {
      const kept = values[start + i];
      values[start + i] = values[start + j];
      values[start + j] = kept;
    }
    exchange(this.#items, i, j);
    exchange(this.#slotOf, i, j);
    if (this.#slotOf[i] >= 0) this.#positionOf[this.#slotOf[i]] = i;
    if (this.#slotOf[j] >= 0) this.#positionOf[this.#slotOf[j]] = j;
  }
}

export function exchange(array: Int32Array, i: number, j: number): void {
  const kept = array[i];
  array[i] = array[j];
  array[j] = kept;
}
