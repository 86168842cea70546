/** The start of a new process: sends the milliseconds of the import and those to a client that is ready. */
const start = performance.now();
const { Client } = await import('sheaf');
const imported = performance.now();
const client = new Client();
await client.ready;
const ready = performance.now();
process.send!({ importMs: imported - start, readyMs: ready - imported });
await client.close();
process.disconnect();
