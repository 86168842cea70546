/** Why a task has no result yet, asked of the scheduler when somebody's patience has ended. */
import type { Key } from '../graph/task.js';
import type { Connection } from './connection.js';

/** A scheduler that has not answered for so long is the reason. */
const PATIENCE_MS = 1000;

export async function whyPending(connection: Connection, key: Key): Promise<string> {
  if (!connection.stands) return 'it is pending, as there is no connection to the scheduler yet';
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  // Past what waits in line, which may be what the task waits for.
  const answer = connection.request('tasks.why', { key }, { isUrgent: true }).catch(() => undefined);
  const reason = (await Promise.race([answer, silence])) as string | null | undefined;
  clearTimeout(timer);
  if (reason === undefined) return 'it is pending, and the scheduler does not answer';
  return reason === null ? 'it is pending, as the scheduler has not heard of it yet' : `it ${reason}`;
}
