/**
 * The results that a worker holds: in memory, on disk, or both. What has been read back keeps its file, since results
 * never change: to spill it a second time is to let go of it.
 *
 * What is in use is pinned, and stays: to write the inputs of a running task would free nothing. Whoever is about to bring
 * something to memory makes room for it first, and what room was made counts as taken until it is given back.
 *
 * Disk is reached through a {@link Shelf}. A disk that is full, or anything else that its writing raises, leaves the
 * value where it was and turns spilling off for a while.
 */
import type { Key } from '../graph/task.js';
import { invariant, SheafError } from '../util/errors.js';
import { sizeOfValue } from './sizeof.js';

/** Where spilled values go. */
export interface Shelf<File> {
  /**
   * Raises, and leaves nothing behind, where it cannot be written: {@link UnspillableError} if that is because of the
   * value, rather than of the disk.
   */
  write(value: unknown): Promise<File>;
  read(file: File): Promise<unknown>;
  remove(file: File): void;
}

/** Raised for a value that no file can hold: it has to stay in memory. */
export class UnspillableError extends SheafError {
  override readonly name = 'UnspillableError';
}

export interface StoreOptions<File> {
  /** Without one nothing is ever spilled. */
  readonly shelf?: Shelf<File>;
  /** Values below this stay in memory: they would free little. */
  readonly leastBytes?: number;
  /** How long spilling is off after the disk failed. */
  readonly offMs?: number;
  readonly now?: () => number;
  readonly onDiskFailure?: (error: Error) => void;
  /** After a value of so many bytes left the memory: it is garbage now, or will be. */
  readonly onDrop?: (nbytes: number) => void;
  /** So many bytes are to be in memory at most, with what room was made for: infinitely many unless given. */
  readonly capacityBytes?: number;
}

interface Entry<File> {
  readonly key: Key;
  readonly nbytes: number;
  /** Undefined while it is on disk alone; `inMemory` tells, as undefined is a value too. */
  value: unknown;
  inMemory: boolean;
  file?: File;
  loading?: Promise<unknown>;
  /** By how many it is in use. */
  pins: number;
}

export class Store<File = unknown> {
  readonly #entries = new Map<Key, Entry<File>>();
  /** What may be spilled, least recently used first. */
  readonly #evictable = new Map<Key, Entry<File>>();
  readonly #shelf: Shelf<File> | undefined;
  readonly #leastBytes: number;
  readonly #offMs: number;
  readonly #now: () => number;
  readonly #onDiskFailure: (error: Error) => void;
  readonly #onDrop: (nbytes: number) => void;
  /** See {@link StoreOptions.capacityBytes}. */
  capacityBytes: number;
  #memoryBytes = 0;
  #roomBytes = 0;
  #spilledBytes = 0;
  #offUntil = Number.NEGATIVE_INFINITY;
  /** Down to here the spilling that goes on is to bring the memory. */
  #goalBytes = Number.POSITIVE_INFINITY;
  #spilling: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: StoreOptions<File> = {}) {
    this.#shelf = options.shelf;
    this.#leastBytes = options.leastBytes ?? 4096;
    this.#offMs = options.offMs ?? 10_000;
    this.#now = options.now ?? (() => performance.now());
    this.#onDiskFailure = options.onDiskFailure ?? (() => {});
    this.#onDrop = options.onDrop ?? (() => {});
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Bytes of the values in memory. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Bytes that were made room for and have not come yet. */
  get roomBytes(): number {
    return this.#roomBytes;
  }

  /** Bytes of the values that are on disk alone. */
  get spilledBytes(): number {
    return this.#spilledBytes;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  keys(): IterableIterator<Key> {
    return this.#entries.keys();
  }

  /** Whether `get` has the value at once; what is not in memory has to be loaded. */
  inMemory(key: Key): boolean {
    return this.#entries.get(key)?.inMemory ?? false;
  }

  /** The value if it is in memory; it counts as used now. */
  get(key: Key): unknown {
    const entry = this.#entries.get(key);
    if (entry) this.#touch(entry);
    return entry?.value;
  }

  set(key: Key, value: unknown, nbytes: number = sizeOfValue(value)): void {
    this.delete(key);
    const entry: Entry<File> = { key, nbytes, value, inMemory: true, pins: 0 };
    this.#entries.set(key, entry);
    this.#memoryBytes += nbytes;
    this.#offer(entry);
  }

  /** The bytes of the value, wherever it is. */
  nbytes(key: Key): number {
    return this.#entries.get(key)?.nbytes ?? 0;
  }

  /** Keeps the value in memory, once it is there, until the returned function is called. */
  pin(key: Key): () => void {
    const entry = this.#entries.get(key);
    if (!entry) return () => {};
    entry.pins++;
    this.#evictable.delete(key);
    return () => {
      entry.pins--;
      if (this.#entries.get(key) === entry) this.#offer(entry);
    };
  }

  /** Whether so much more fits; if so, it counts as taken until `giveBack`. */
  takeRoom(bytes: number): boolean {
    if (this.#memoryBytes + this.#roomBytes + bytes > this.capacityBytes) return false;
    this.#roomBytes += bytes;
    return true;
  }

  /**
   * Takes room in any case, and resolves when values have gone to disk for it, as many as have to and can. So callers are
   * to see for themselves that they are not too many.
   */
  async makeRoom(bytes: number): Promise<void> {
    this.#roomBytes += bytes;
    const excess = this.#memoryBytes + this.#roomBytes - this.capacityBytes;
    if (excess > 0) await this.spill(excess);
  }

  giveBack(bytes: number): void {
    this.#roomBytes -= bytes;
  }

  delete(key: Key): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#entries.delete(key);
    this.#evictable.delete(key);
    this.#removeFile(entry);
    if (entry.inMemory) this.#leaveMemory(entry);
    else this.#spilledBytes -= entry.nbytes;
    return true;
  }

  /** The value, brought back to memory if need be; undefined if there is none. Raises what reading the disk raises. */
  async load(key: Key): Promise<unknown> {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (!entry.inMemory) return (entry.loading ??= this.#bringBack(entry));
    this.#touch(entry);
    return entry.value;
  }

  /**
   * Moves least recently used values to disk until `bytes` fewer are in memory, or nothing is left that can go.
   * Resolves when that is so; while it goes on, a second call only sets it a further goal.
   */
  spill(bytes: number): Promise<void> {
    this.#goalBytes = Math.min(this.#goalBytes, this.#memoryBytes - bytes);
    this.#spilling ??= this.#spillToGoal().finally(() => {
      this.#spilling = undefined;
      this.#goalBytes = Number.POSITIVE_INFINITY;
    });
    return this.#spilling;
  }

  /** Forgets everything, after what is being written has been. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#spilling;
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  async #spillToGoal(): Promise<void> {
    while (this.#memoryBytes > this.#goalBytes && this.#now() >= this.#offUntil && !this.#isClosed) {
      const [entry] = this.#evictable.values();
      if (!entry) return;
      if (entry.file === undefined) {
        await this.#write(entry);
        // It may have been used while it was written: then others go before it.
        if (entry !== this.#evictable.values().next().value) continue;
      }
      if (entry.file !== undefined) this.#letGo(entry);
    }
  }

  async #write(entry: Entry<File>): Promise<void> {
    try {
      entry.file = await this.#shelf!.write(entry.value);
      if (this.#entries.get(entry.key) !== entry) this.#removeFile(entry); // deleted meanwhile
    } catch (error) {
      if (error instanceof UnspillableError) {
        if (this.#evictable.get(entry.key) === entry) this.#evictable.delete(entry.key);
        return;
      }
      this.#offUntil = this.#now() + this.#offMs;
      this.#onDiskFailure(error as Error);
    }
  }

  async #bringBack(entry: Entry<File>): Promise<unknown> {
    invariant(entry.file !== undefined, () => `the value of ${entry.key} is neither in memory nor on disk`);
    try {
      const value = await this.#shelf!.read(entry.file);
      if (this.#entries.get(entry.key) === entry) {
        entry.value = value;
        entry.inMemory = true;
        this.#memoryBytes += entry.nbytes;
        this.#spilledBytes -= entry.nbytes;
        this.#offer(entry);
      }
      return value;
    } finally {
      delete entry.loading;
    }
  }

  /** Lets an entry be spilled, after all others, if it may be. */
  #offer(entry: Entry<File>): void {
    const { key, nbytes, inMemory, pins } = entry;
    if (this.#shelf && inMemory && pins === 0 && nbytes >= this.#leastBytes) this.#evictable.set(key, entry);
  }

  #letGo(entry: Entry<File>): void {
    this.#evictable.delete(entry.key);
    this.#spilledBytes += entry.nbytes;
    this.#leaveMemory(entry);
  }

  #leaveMemory(entry: Entry<File>): void {
    entry.value = undefined;
    entry.inMemory = false;
    this.#memoryBytes -= entry.nbytes;
    this.#onDrop(entry.nbytes);
  }

  #removeFile(entry: Entry<File>): void {
    const { file, loading } = entry;
    if (file === undefined) return;
    delete entry.file;
    const remove = () => this.#shelf!.remove(file);
    if (loading) loading.then(remove, remove);
    else remove();
  }

  #touch(entry: Entry<File>): void {
    if (this.#evictable.delete(entry.key)) this.#evictable.set(entry.key, entry);
  }
}
