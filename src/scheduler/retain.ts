/**
 * Results that nobody wants now, kept for tasks marked `retain` because an equal task may well come again: two searches
 * over the same data share their fits that way. Least recently used ones go first when they exceed the limit.
 */
import type { SchedulerState, TaskRecord } from './state.js';

/** Keeps `task` as the most recently used; returns the tasks that have to go for it. */
export function addRetained(state: SchedulerState, task: TaskRecord): TaskRecord[] {
  dropRetained(state, task);
  state.retained.add(task);
  state.retainedBytes += task.nbytes;
  const evicted: TaskRecord[] = [];
  for (const oldest of state.retained) {
    if (state.retainedBytes <= state.options.retainBytes) break;
    dropRetained(state, oldest);
    evicted.push(oldest);
  }
  return evicted;
}

/** Forgets that `task` was kept: somebody wants it again, or it goes. */
export function dropRetained(state: SchedulerState, task: TaskRecord): void {
  if (state.retained.delete(task)) state.retainedBytes -= task.nbytes;
}
