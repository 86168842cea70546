/**
 * Which task is running, for the code in it that asks. Following it through the awaits of a task costs every promise of
 * the thread something on Node 20, so it begins when the module that asks is loaded, which is before any task that
 * imports it can run.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface TaskContext {
  readonly key: string;
  /** Gives the place on the thread to others; there while the task is at an await. */
  secede: (() => void) | undefined;
}

let storage: AsyncLocalStorage<TaskContext> | undefined;

export function followTasks(): void {
  storage ??= new AsyncLocalStorage();
}

export const currentTask = (): TaskContext | undefined => storage?.getStore();

export const enter = <T>(context: TaskContext, run: () => T): T => (storage ? storage.run(context, run) : run());
