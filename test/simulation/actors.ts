/** What must never be asked of actors: to leave their worker, or to be made again when nobody asked for it. */
import type { Instruction } from '../../src/scheduler/events.js';
import type { World } from './world.js';

export function checkActors({ work: { actors }, cancelled, retried, clients }: World, { message }: Instruction): void {
  if (message.op === 'acquire' || message.op === 'small-results') {
    const moved = message.keys.find((key) => actors.has(key));
    if (moved !== undefined) throw new Error(`the actor ${moved} was to leave its worker: ${message.op}`);
  }
  if (message.op !== 'run') return;
  for (const { key, actor } of message.tasks) {
    if (!actor || cancelled.has(key) || retried.has(key)) continue;
    for (const { name, wants, released } of clients)
      if (!released.has(key) && typeof wants.get(key)?.outcome === 'object')
        throw new Error(`the actor ${key} of ${name} is made again`);
  }
}
