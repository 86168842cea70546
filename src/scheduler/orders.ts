/** Copies that workers have been told to fetch for a user, and what came of each. */
import {
  isWanted,
  type Order,
  type OrderEnd,
  type SchedulerState,
  type TaskRecord,
  type WorkerRecord,
} from './state.js';

export function addOrder(state: SchedulerState, task: TaskRecord, to: WorkerRecord, from?: WorkerRecord): void {
  const orders = state.orders.get(task) ?? [];
  if (orders.some((order) => order.to === to)) return;
  state.orders.set(task, [...orders, { task, to, from, end: undefined }]);
}

/** Ends the order of `task` for `to`, if there is one, and gives it. */
export function endOrder(state: SchedulerState, task: TaskRecord, to: WorkerRecord, end: OrderEnd): Order | undefined {
  const orders = state.orders.get(task);
  const order = orders?.find((one) => one.to === to);
  if (!order) return undefined;
  order.end = end;
  const others = orders!.filter((one) => one !== order);
  if (others.length > 0) state.orders.set(task, others);
  else state.orders.delete(task);
  return order;
}

/** `task` is not in memory any more. */
export function endOrdersOf(state: SchedulerState, task: TaskRecord): void {
  for (const order of state.orders.get(task) ?? []) order.end = isWanted(task) ? 'lost' : 'unwanted';
  state.orders.delete(task);
}

/** `worker` is gone. */
export function endOrdersTo(state: SchedulerState, worker: WorkerRecord): void {
  for (const task of [...state.orders.keys()]) endOrder(state, task, worker, 'left');
}
