/** Somebody who does one thing at a time, first come, first served: a process, or a thread. */
import { Deque } from '../../src/util/deque.js';
import type { Clock } from './clock.js';

/** How long it takes, and what happens at its end. */
export interface Service {
  readonly ms: number;
  readonly done: () => void;
}

export class Server {
  readonly #clock: Clock;
  readonly #waiting = new Deque<() => Service>();
  #isBusy = false;
  /** The time that all it did took, up to now. */
  busyMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `begin` is called when it is its turn. */
  take(begin: () => Service): void {
    this.#waiting.push(begin);
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const begin = this.#waiting.shift();
    this.#isBusy = begin !== undefined;
    if (!begin) return;
    const { ms, done } = begin();
    this.busyMs += ms;
    this.#clock.at(this.#clock.now + ms, () => {
      done();
      this.#next();
    });
  }
}
