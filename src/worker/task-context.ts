/**
 * Which task is running, for the code in it that asks. Following it through the awaits of a task costs every promise of
 * the thread something on Node 20, so it begins when the module that asks is loaded, which is before any task that
 * imports it can run.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface TaskContext {
  readonly key: string;
  readonly place: TaskPlace;
}

/** The place of a task on its thread. */
export interface TaskPlace {
  /** Lets other tasks have it; the task goes on beside them, when it is not at an await they wait. */
  secede(): void;
  /** Resolves when it has its place again. */
  rejoin(): Promise<void>;
}

let storage: AsyncLocalStorage<TaskContext> | undefined;

export function followTasks(): void {
  storage ??= new AsyncLocalStorage();
}

export const currentTask = (): TaskContext | undefined => storage?.getStore();

export const enter = <T>(context: TaskContext, run: () => T): T => (storage ? storage.run(context, run) : run());
