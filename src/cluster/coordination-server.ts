/**
 * Coordination on the scheduler's connections. What lies in queues, variables and datasets is wanted, for the scheduler, by
 * one more client, which has no connection.
 */
import type { Message } from '../comm/comm.js';
import type { Key } from '../graph/task.js';
import { Coordination } from '../scheduler/coordination/coordination.js';
import type { Outcome, Request } from '../scheduler/coordination/protocol.js';
import type { ClientName, SchedulerEvent } from '../scheduler/events.js';

const holder: ClientName = 'coordination';

export interface CoordinationPorts {
  readonly schedule: (event: SchedulerEvent) => void;
  readonly send: (client: ClientName, message: Message) => void;
}

export class CoordinationServer {
  readonly #coordination = new Coordination();
  readonly #ports: CoordinationPorts;

  constructor(ports: CoordinationPorts) {
    this.#ports = ports;
    ports.schedule({ type: 'add-client', now: performance.now(), client: holder, isAbsent: true });
  }

  /** What to do with the messages of clients, by their `op`. */
  readonly receivers: Readonly<Record<string, (client: ClientName, message: Message) => void>> = {
    request: (client, { op: _, ...request }) => {
      const now = performance.timeOrigin + performance.now();
      this.#do(this.#coordination.handle({ ...request, client, now } as unknown as Request));
    },
    expire: (client, message) => this.#do(this.#coordination.expire({ client, id: Number(message.id) })),
  };

  /** An event of the scheduler's own. */
  log(topic: string, message: unknown): void {
    const now = performance.timeOrigin + performance.now();
    const args = { topics: [topic], message };
    this.#do(this.#coordination.handle({ client: holder, id: 0, method: 'events.log', args, now } as Request));
  }

  removeClient(client: ClientName): void {
    this.#do(this.#coordination.removeClient(client));
  }

  #do({ replies, notices, hold, drop }: Outcome): void {
    this.#schedule('update-graph', hold);
    for (const { client, ...reply } of replies) this.#ports.send(client, { op: 'reply', ...reply });
    for (const { client, ...notice } of notices) this.#ports.send(client, { op: 'event', ...notice });
    this.#schedule('release-keys', drop);
  }

  #schedule(type: 'update-graph' | 'release-keys', keys: readonly Key[]): void {
    if (keys.length === 0) return;
    this.#ports.schedule({ type, now: performance.now(), client: holder, graph: { layers: [] }, keys });
  }
}
