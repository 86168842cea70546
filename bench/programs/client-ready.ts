/** The start of a new process: sends the milliseconds of the import, and those from `new Client()` to what follows it. */
import { op } from './ops.js';

const start = performance.now();
const { Client, GraphBuilder } = await import('sheaf');
const imported = performance.now();
const graph = new GraphBuilder();
const key = graph.add(op('nothing'), null);
const begin = performance.now();
const client = new Client();
await client.ready;
const ready = performance.now();
await client.get(graph.build(), [key]);
const computed = performance.now();
process.send!({ importMs: imported - start, readyMs: ready - begin, firstResultMs: computed - begin });
await client.close();
process.disconnect();
