/** Virtual time: what is to happen happens in the order of its time, and of its coming where times are equal. */
import { Heap } from '../../src/util/heap.js';

interface Due {
  readonly time: number;
  readonly nth: number;
  readonly act: () => void;
}

export class Clock {
  now = 0;
  readonly #due = new Heap<Due>((a, b) => a.time - b.time || a.nth - b.nth);
  #count = 0;
  #isStopped = false;

  /** `time` in ms; what lies in the past happens now. */
  at(time: number, act: () => void): void {
    this.#due.push({ time: Math.max(time, this.now), nth: this.#count++, act });
  }

  every(ms: number, first: number, act: () => void): void {
    this.at(first, () => {
      act();
      this.every(ms, this.now + ms, act);
    });
  }

  /** Until `stop`, or until nothing is to happen any more. */
  run(): void {
    while (!this.#isStopped) {
      const next = this.#due.pop();
      if (!next) return;
      this.now = next.time;
      next.act();
    }
  }

  stop(): void {
    this.#isStopped = true;
  }
}
