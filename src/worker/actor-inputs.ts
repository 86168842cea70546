/** Inputs that are actors come to a task as handles on them, of the client of its thread; only that knows how to make them. */
import type { Key } from '../graph/task.js';
import { resolveOp } from './ops.js';

/** `actors[i]` is the key of the i-th input where that is an actor. */
export async function withHandles(
  inputs: readonly unknown[],
  actors: readonly (Key | undefined)[],
): Promise<readonly unknown[]> {
  const handleOn = await resolveOp('client/in-task.js#handleOn');
  return Promise.all(inputs.map((input, i) => (actors[i] === undefined ? input : handleOn(actors[i]))));
}
