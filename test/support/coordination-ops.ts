/** Operations whose tasks coordinate with the client of a test. */
import type { Op } from '../../src/graph/task.js';
import { Lock, Queue } from '../../src/index.js';

/** Tells that it runs, by an item in the queue `answers`, and whether the lock `turn` was free then; waits for that lock. */
export const takeTurn: Op = async (item: number) => {
  const turn = new Lock('turn');
  const wasFree = await turn.acquire({ blocking: false });
  await new Queue<number>('answers').put(item + 1);
  await turn.acquire();
  await turn.release();
  return wasFree;
};
