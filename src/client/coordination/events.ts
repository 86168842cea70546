/** Logged events, as methods of clients. */
import type { LoggedEvent } from '../../scheduler/coordination/protocol.js';
import { call, type Requester } from '../requester.js';
import { checkName } from './checks.js';
import { copyOf } from './content.js';

export async function logEvent(client: Requester, topic: string | readonly string[], message: unknown): Promise<void> {
  const topics: readonly string[] = Array.isArray(topic) ? topic : [topic];
  for (const name of topics) checkName('topic', name);
  await call(client, 'events.log', { topics, message: copyOf(message) });
}

export function getEvents(client: Requester, topic: string): Promise<LoggedEvent[]>;
export function getEvents(client: Requester): Promise<Record<string, LoggedEvent[]>>;
export async function getEvents(client: Requester, topic?: string): Promise<unknown> {
  if (topic !== undefined) checkName('topic', topic);
  const logs = copyOf(await call(client, 'events.get', topic === undefined ? {} : { topic }));
  return topic === undefined ? logs : logs[topic];
}
