/**
 * The scheduler without any I/O, in a fresh process: sends the microseconds per task of a map whose two workers are done
 * with what they are given at once.
 */
import type { Instruction } from '../../src/scheduler/events.js';
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
  const { graph, keys } = mapGraph(tasks);
  const start = performance.now();
  let due: Instruction[] = scheduler.handle({ type: 'update-graph', now: 0, client, graph, keys });
  for (let now = 0; due.length > 0; ) {
    const next: Instruction[] = [];
    for (const { name: worker, message } of due) {
      if (message.op !== 'run') continue;
      for (const { key } of message.tasks) {
        now += 0.01;
        next.push(
          ...scheduler.handle({ type: 'task-done', now, worker, key, nbytes: 8, ms: 0.01, value: { small: 1 } }),
        );
      }
    }
    due = next;
  }
  const microseconds = (1000 * (performance.now() - start)) / tasks;
  const left = [...scheduler.state.tasks.values()].filter(({ state }) => state !== 'memory');
  if (left.length > 0) throw new SheafError(`the scheduler left ${left.length} of ${tasks} tasks undone`);
  return microseconds;
}

microsecondsPerTask(20_000); // V8 compiles what runs often
process.send!({ microseconds: microsecondsPerTask(100_000) });
process.disconnect();
