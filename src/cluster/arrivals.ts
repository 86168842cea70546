/** What every worker that joins is asked before it is given tasks: to take uploaded files, to set plugins up. */
import type { Message } from '../comm/comm.js';

export interface Arrival {
  readonly method: string;
  readonly args: object;
  /** What it is called in a warning, and the client that hears of it. */
  readonly what: string;
  readonly client: string;
  /** The method that takes it back, with the same arguments. */
  readonly undo?: string;
}

export interface ArrivalPorts {
  readonly ask: (worker: string, method: string, args: object) => Promise<unknown>;
  readonly send: (client: string, message: Message) => void;
}

export class Arrivals extends Map<string, Arrival> {
  readonly #ports: ArrivalPorts;

  constructor(ports: ArrivalPorts) {
    super();
    this.#ports = ports;
  }

  /**
   * Asks one thing after another, in the order in which clients asked for them, also what is added or taken back meanwhile.
   * What fails is told to the client that asked for it, and the worker goes on without.
   */
  async welcome(worker: string, isThere: () => boolean): Promise<void> {
    const done = new Map<string, Arrival>();
    while (isThere()) {
      const next = [...this].find(([id, arrival]) => done.get(id) !== arrival);
      const surplus = [...done].find(([id]) => !this.has(id));
      if (next) {
        done.set(...next);
        await this.#ask(worker, next[1], isThere);
      } else if (surplus) {
        const [id, { undo, args }] = surplus;
        done.delete(id);
        if (undo) await this.#ports.ask(worker, undo, args).catch(() => {}); // it is in the worker's log
      } else return;
    }
  }

  async #ask(worker: string, { method, args, what, client }: Arrival, isThere: () => boolean): Promise<void> {
    try {
      await this.#ports.ask(worker, method, args);
    } catch (error) {
      if (!isThere()) return;
      const text = `worker ${worker} has joined and works without ${what}: ${(error as Error).message}`;
      this.#ports.send(client, { op: 'warning', text });
    }
  }
}
