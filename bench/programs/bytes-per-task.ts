/** How much a scheduler keeps in mind of each task it knows, in a fresh process with --expose-gc: sends the bytes. */
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { mapGraph } from './map-graph.js';

const tasks = 1_000_000;
const client = 'client';

function bytesInUse(): number {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const before = bytesInUse();
const scheduler = new Scheduler();
scheduler.handle({ type: 'add-client', now: 0, client });
scheduler.handle({ type: 'update-graph', now: 0, client, graph: mapGraph(tasks) });
const bytes = (bytesInUse() - before) / scheduler.state.tasks.size;
process.send!({ bytes });
process.disconnect();
