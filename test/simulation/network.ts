import type { Key } from '../../src/graph/task.js';

/** Channels between two parties: each keeps its order, and nothing else is in order. */
export interface Letter {
  readonly text: unknown;
  readonly deliver: () => void;
}

export class Network {
  readonly channels = new Map<string, Letter[]>();

  post(channel: string, text: unknown, deliver: () => void): void {
    const queue = this.channels.get(channel);
    if (queue) queue.push({ text, deliver });
    else this.channels.set(channel, [{ text, deliver }]);
  }

  /** The channels on which something is under way. */
  busy(isStill: (channel: string) => boolean): string[] {
    const names: string[] = [];
    for (const name of this.channels.keys()) if (!isStill(name)) names.push(name);
    return names;
  }

  /** Takes the next letter of a channel. */
  take(channel: string): Letter {
    const queue = this.channels.get(channel)!;
    const letter = queue.shift()!;
    if (queue.length === 0) this.channels.delete(channel);
    return letter;
  }

  /** Loses all letters of a channel but the first `count`. */
  cut(channel: string, count = 0): void {
    const queue = this.channels.get(channel);
    if (!queue) return;
    queue.length = Math.min(queue.length, count);
    if (count === 0) this.channels.delete(channel);
  }
}

/** A message on one line, without the graph and what can be told from it. */
export const textOf = (text: unknown): string =>
  JSON.stringify(text, (name, value) => {
    if (name === 'graph' || name === 'now') return undefined;
    return name === 'tasks' && typeof value[0] === 'object' ? value.map(({ key }: { key: Key }) => key) : value;
  });
