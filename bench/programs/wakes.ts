/**
 * What waking others costs here, without anything of ours: a byte to another process, on to a thread of it, and back.
 * Sends the microseconds of such a round trip. Run with the name of a socket, this is that process.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const rounds = 1000;
const [place] = process.argv.slice(2);
const file = fileURLToPath(import.meta.url);

if (!isMainThread) {
  parentPort!.on('message', (message) => parentPort!.postMessage(message));
} else if (place !== undefined) {
  const thread = new Worker(file);
  await once(thread, 'online');
  const socket = connect(`\0${place}`);
  socket.on('data', () => thread.postMessage(1));
  thread.on('message', () => socket.write('x'));
  socket.on('close', () => process.exit());
} else {
  const name = `sheaf wakes ${process.pid}`;
  const server = createServer().listen(`\0${name}`);
  fork(file, [name]);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const measure = async () => {
    const start = performance.now();
    for (let i = 0; i < rounds; i++) {
      socket.write('x');
      await once(socket, 'data');
    }
    return (1000 * (performance.now() - start)) / rounds;
  };
  await measure();
  const microseconds = await measure();
  socket.destroy();
  server.close();
  process.send!({ microseconds });
}
