import type { Call, Task } from '../graph/task.js';
import { argumentsOf } from '../shipping/call.js';
import { load } from '../shipping/load.js';
import { SheafError } from '../util/errors.js';
import { resolveOp } from '../worker/ops.js';
import { type Future, ownerOf } from './future.js';

/**
 * Runs the task that made a future fail, or the input of it that did, once more in this process, with the same inputs:
 * a debugger stops where it throws. Rejects with what it throws; with SheafError when the future did not fail. Resolves
 * to its result when it does not fail here.
 *
 * @example
 * await using client = new Client();
 * const future = client.submit((text: string) => JSON.parse(text).length, '{');
 * await wait([future]);
 * await recreateErrorLocally(future).catch((error) => error.name); // 'SyntaxError'
 */
export async function recreateErrorLocally(future: Future): Promise<unknown> {
  const owner = ownerOf(future);
  const error = await future.exception();
  if (!error) throw new SheafError(`${future.key} did not fail: there is no error to recreate`);
  const { task, code } = (await owner.request('tasks.failed', { key: future.key })) as {
    task: Task;
    code: Readonly<Record<string, unknown>>;
  };
  const inputs = await Promise.all(
    task.deps.map(async (key) => {
      using input = owner.future(key);
      return await input.result();
    }),
  );
  if (!task.op.startsWith('fn:')) return (await resolveOp(task.op))(task.params, ...inputs);
  const fn = (await load(code[task.op.slice(3, task.op.indexOf('#'))])) as (...args: unknown[]) => unknown;
  const args = await argumentsOf(task.params as Call, inputs);
  return fn(...args);
}
