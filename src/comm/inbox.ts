import type { Message } from './channel.js';

/** Messages on their way to the one receiver, kept until there is one. */
export class Inbox {
  #messages: Message[] = [];
  #next = 0;
  #receive: ((message: Message) => void) | undefined;
  #isDelivering = false;
  #isClosed = false;

  add(message: Message): void {
    if (!this.#isClosed) this.#messages.push(message);
  }

  setReceiver(receive: (message: Message) => void): void {
    this.#receive = receive;
    setImmediate(() => this.deliver());
  }

  /** Drops what is there and what comes. */
  close(): void {
    this.#isClosed = true;
    this.#messages = [];
    this.#next = 0;
  }

  /** Hands everything over in order. What a receiver throws goes to the caller; the messages after it are not lost. */
  deliver(): void {
    if (!this.#receive || this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (this.#next < this.#messages.length) this.#receive(this.#messages[this.#next++]);
      this.#messages = [];
      this.#next = 0;
    } finally {
      this.#isDelivering = false;
      if (this.#messages.length > 0) setImmediate(() => this.deliver());
    }
  }
}
