/**
 * The scheduler without any I/O, in a fresh process: sends the microseconds per task of a map whose two workers are done
 * with what they are given at once.
 */
import type { Assignment, Instruction, TasksDone } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { SheafError } from '../../src/util/errors.js';
import { mapGraph } from './map-graph.js';

const client = 'client';

function microsecondsPerTask(tasks: number): number {
  const scheduler = new Scheduler();
  for (const worker of ['worker-0', 'worker-1']) {
    scheduler.handle({ type: 'add-worker', now: 0, worker, address: `inproc://${worker}`, nthreads: 1 });
  }
  scheduler.handle({ type: 'add-client', now: 0, client });
  const graph = mapGraph(tasks);
  const start = performance.now();
  let due: Instruction[] = scheduler.handle({ type: 'update-graph', now: 0, client, graph });
  for (let now = 0; due.length > 0; ) {
    const next: Instruction[] = [];
    for (const { name: worker, message } of due) {
      if (message.op !== 'run') continue;
      now += 0.01 * message.tasks.length;
      next.push(...scheduler.handle({ type: 'tasks-done', now, worker, ...doneAtOnce(message.tasks) }));
    }
    due = next;
  }
  const microseconds = (1000 * (performance.now() - start)) / tasks;
  const left = [...scheduler.state.tasks.values()].filter(({ state }) => state !== 'memory');
  if (left.length > 0) throw new SheafError(`the scheduler left ${left.length} of ${tasks} tasks undone`);
  return microseconds;
}

function doneAtOnce(tasks: readonly Assignment[]): TasksDone {
  return {
    keys: tasks.map(({ key }) => key),
    nbytes: tasks.map(() => 8),
    ms: tasks.map(() => 0.01),
    values: tasks.map(() => 1),
    smalls: tasks.map(() => true),
  };
}

microsecondsPerTask(20_000); // V8 compiles what runs often
process.send!({ microseconds: microsecondsPerTask(100_000) });
process.disconnect();
