/**
 * The values that a worker brings to memory on purpose: inputs of tasks that are about to run, and results that peers
 * ask for. Room is made in the store before anything comes, and what is in use is pinned, so that what the process has
 * is what the store knows of. Each kind goes one after another, and one of each kind may always go on: workers that wait
 * for one another never all wait.
 */
import type { Key } from '../graph/task.js';
import type { Assignment } from '../scheduler/events.js';
import { type Deferred, deferred } from '../util/deferred.js';
import type { SpillFile } from '../worker/spill-file.js';
import type { Store } from '../worker/store.js';

export interface TaskInputsHandlers {
  readonly onReady: (task: Assignment, inputs: readonly unknown[]) => void;
  /** These are not to be had here. */
  readonly onLost: (task: Assignment, keys: readonly Key[]) => void;
  readonly onUnreadable: (key: Key, error: Error) => void;
}

/** The part of the store that may be on its way to peers at once. */
const LENT_SHARE = 0.25;

/** What a task holds from when its inputs are brought until it has ended. */
interface Holding {
  readonly unpin: (() => void)[];
  /** Room for what it is expected to give. */
  readonly resultBytes: number;
}

export class TaskInputs {
  readonly #store: Store<SpillFile>;
  readonly #handlers: TaskInputsHandlers;
  /** Tasks whose inputs are being brought. */
  readonly #coming = new Map<Key, Assignment>();
  readonly #holdings = new Map<Key, Holding>();
  #lastTask: Promise<void> = Promise.resolve();
  #lastLoan: Promise<void> = Promise.resolve();
  /** Bytes that were brought back for peers and are not sent yet. */
  #lentBytes = 0;
  #returned: Deferred<void> = deferred();
  /** Pending while memory is short. */
  #unpaused: Deferred<void> = deferred();

  constructor(store: Store<SpillFile>, handlers: TaskInputsHandlers) {
    this.#store = store;
    this.#handlers = handlers;
    this.#unpaused.resolve();
  }

  set isPaused(isPaused: boolean) {
    if (isPaused) this.#unpaused = deferred();
    else this.#unpaused.resolve();
  }

  /** Hands the task over with its inputs: at once where they are in memory and its result fits. */
  bring(task: Assignment, resultBytes: number): void {
    const isHere = task.deps?.every((key) => isCarried(task, key) || this.#store.inMemory(key)) ?? true;
    if (isHere && this.#store.takeRoom(resultBytes)) {
      const unpin = this.#pinInputs(task);
      if (resultBytes > 0 || unpin.length > 0) this.#holdings.set(task.key, { unpin, resultBytes });
      const inputs = task.deps?.map((key) => (isCarried(task, key) ? task.values![key] : this.#store.get(key)));
      this.#handlers.onReady(task, inputs ?? noInputs);
    } else {
      this.#coming.set(task.key, task);
      this.#lastTask = this.#lastTask.then(() => this.#bringInTurn(task, resultBytes));
    }
  }

  /** Whether the task was still to be handed over; then it never will be. */
  cancel(key: Key): boolean {
    return this.#coming.delete(key);
  }

  /** The task has ended: others may have what it held. */
  end(key: Key): void {
    const holding = this.#holdings.get(key);
    if (!holding) return;
    this.#holdings.delete(key);
    this.#letGo(holding);
  }

  #letGo({ unpin, resultBytes }: Holding): void {
    for (const letGo of unpin) letGo();
    this.#store.giveBack(resultBytes);
  }

  /** Lets `use` have a value, which stays in memory as long as that takes. */
  lend(key: Key, use: (value: unknown) => Promise<void>): Promise<void> {
    if (this.#store.inMemory(key)) return this.#lendNow(key, use);
    const loan = this.#lastLoan.then(async () => {
      await this.#unpaused.promise;
      const nbytes = this.#store.nbytes(key);
      while (this.#lentBytes > 0 && this.#lentBytes + nbytes > LENT_SHARE * this.#store.capacityBytes) {
        this.#returned = deferred();
        await this.#returned.promise;
      }
      this.#lentBytes += nbytes;
      const used = this.#lendNow(key, use).finally(() => {
        this.#lentBytes -= nbytes;
        this.#returned.resolve();
      });
      return { used };
    });
    this.#lastLoan = loan.then(() => {});
    return loan.then(({ used }) => used);
  }

  async #lendNow(key: Key, use: (value: unknown) => Promise<void>): Promise<void> {
    if (!this.#store.has(key)) return;
    const unpin = this.#store.pin(key);
    try {
      await use(await this.#load(key));
    } finally {
      unpin();
    }
  }

  #pinInputs(task: Assignment): (() => void)[] {
    const unpin: (() => void)[] = [];
    for (const key of task.deps ?? []) if (!isCarried(task, key)) unpin.push(this.#store.pin(key));
    return unpin;
  }

  async #load(key: Key): Promise<unknown> {
    if (this.#store.inMemory(key)) return this.#store.get(key);
    const nbytes = this.#store.nbytes(key);
    try {
      await this.#store.makeRoom(nbytes);
      return await this.#store.load(key);
    } finally {
      this.#store.giveBack(nbytes);
    }
  }

  async #bringInTurn(task: Assignment, resultBytes: number): Promise<void> {
    const { key } = task;
    await this.#unpaused.promise;
    const isGone = () => this.#coming.get(key) !== task;
    if (isGone()) return;
    const holding = { unpin: this.#pinInputs(task), resultBytes };
    await this.#store.makeRoom(resultBytes);
    const lost: Key[] = [];
    const inputs: unknown[] = [];
    for (const dep of task.deps ?? []) {
      if (isGone()) break;
      if (isCarried(task, dep)) inputs.push(task.values![dep]);
      else if (!this.#store.has(dep)) lost.push(dep);
      else {
        try {
          inputs.push(await this.#load(dep));
        } catch (error) {
          this.#handlers.onUnreadable(dep, error as Error);
          this.#store.delete(dep); // it has to come from elsewhere
          lost.push(dep);
        }
      }
    }
    if (isGone() || lost.length > 0) this.#letGo(holding);
    if (isGone()) return;
    this.#coming.delete(key);
    if (lost.length > 0) {
      this.#handlers.onLost(task, lost);
    } else {
      this.#holdings.set(key, holding);
      this.#handlers.onReady(task, inputs);
    }
  }
}

const noInputs: readonly unknown[] = [];

/** Whether the task brings this input with it. */
const isCarried = ({ values }: Assignment, key: Key): boolean => values !== undefined && key in values;
