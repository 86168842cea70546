/**
 * Nodes on one switch that is never full: each has a link that carries one thing after another, in each direction, and
 * everything takes the latency on its way. Within a node there is the latency alone.
 */
import type { Clock } from './clock.js';

export interface NetworkCosts {
  /** One way, from a process to another. */
  readonly latencyMs: number;
  readonly bytesPerMs: number;
}

export class Network {
  readonly #clock: Clock;
  readonly #costs: NetworkCosts;
  readonly #outFree: Float64Array;
  readonly #inFree: Float64Array;
  readonly #carriedMs: Float64Array;
  bytes = 0;

  constructor(clock: Clock, nodes: number, costs: NetworkCosts) {
    this.#clock = clock;
    this.#costs = costs;
    this.#outFree = new Float64Array(nodes);
    this.#inFree = new Float64Array(nodes);
    this.#carriedMs = new Float64Array(2 * nodes);
  }

  /** How long the busiest link carried something, in one direction. */
  get busiestMs(): number {
    return this.#carriedMs.reduce((most, ms) => Math.max(most, ms), 0);
  }

  send(from: number, to: number, bytes: number, arrive: () => void): void {
    this.#clock.at(this.#arrival(from, to, bytes), arrive);
  }

  /** The last byte is there when both links have carried all of them. */
  #arrival(from: number, to: number, bytes: number): number {
    const { latencyMs, bytesPerMs } = this.#costs;
    const { now } = this.#clock;
    if (from === to) return now + latencyMs;
    this.bytes += bytes;
    const ms = bytes / bytesPerMs;
    this.#carriedMs[2 * from]! += ms;
    this.#carriedMs[2 * to + 1]! += ms;
    const sent = Math.max(now, this.#outFree[from]!) + ms;
    this.#outFree[from] = sent;
    const arrived = Math.max(sent + latencyMs, this.#inFree[to]! + ms);
    this.#inFree[to] = arrived;
    return arrived;
  }
}
