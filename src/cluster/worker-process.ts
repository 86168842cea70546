/** The main module of a worker that is a child process: told by its parent what to join, and ending with it. */
import { existsSync } from 'node:fs';
import { type WorkerOptions, WorkerServer } from './worker-server.js';

/** Its supervisor starts another: the connection broke, or the scheduler took it for dead. */
const LOST = 1;

/** A parent that is gone hears nothing: `disconnect` tells of its end. */
const tell = (message: 'ready' | { readonly rss: number }): boolean => process.send!(message, () => {});

let worker: WorkerServer | undefined;
process.once('disconnect', async () => {
  await worker?.close();
  process.exit(0);
});
process.once('message', async (options: WorkerOptions) => {
  worker = await WorkerServer.start(options);
  worker.ended.then((isDismissed) => process.exit(isDismissed ? 0 : LOST));
  tell('ready');
  if (existsSync('/proc/self/status')) return; // the parent reads it there
  setInterval(() => tell({ rss: process.memoryUsage.rss() }), 100).unref();
});
// Ctrl-C, and what a launcher sends, reach the whole group: the parent decides what they mean.
for (const signal of process.argv.slice(2)) process.on(signal, () => {});
