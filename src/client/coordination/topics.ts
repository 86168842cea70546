/** The topics that a client has subscribed to, and what it does with their events. */
import type { Message } from '../../comm/comm.js';
import type { LoggedEvent } from '../../scheduler/coordination/protocol.js';
import { warn } from '../../util/warnings.js';
import { copyOf } from './content.js';

export type EventHandler = (event: LoggedEvent) => unknown;

export class Topics {
  readonly #handlers = new Map<string, EventHandler>();

  get names(): string[] {
    return [...this.#handlers.keys()].sort();
  }

  /** Takes the place of another handler of the topic; tells whether there was one. */
  set(topic: string, handler: EventHandler): boolean {
    const isKnown = this.#handlers.has(topic);
    this.#handlers.set(topic, handler);
    return isKnown;
  }

  delete(topic: string): boolean {
    return this.#handlers.delete(topic);
  }

  /** Takes an `event`. What a handler throws or rejects with is a warning: nobody waits for it. */
  async receive({ topic, event }: Message): Promise<void> {
    const name = String(topic);
    try {
      await this.#handlers.get(name)?.(copyOf(event as LoggedEvent));
    } catch (error) {
      warn(
        'UserWarning',
        `the handler of the topic ${name} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
      );
    }
  }
}
