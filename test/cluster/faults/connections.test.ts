/** Connections that are cut while both ends live. */
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Client } from '../../../src/client/client.js';
import { SchedulerLostError } from '../../../src/client/connection.js';
import { hangsOnce, processes, runs, scratch, until } from '../../support/faults.js';

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** Carries bytes to `port` and back until its connections are cut. */
async function proxyTo(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `tcp://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut,
    [Symbol.asyncDispose]: () => {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

test.each([1, 2])(
  'of %d workers one whose connection is cut in mid-task is replaced, and its task runs again',
  async (n) => {
    using place = scratch();
    await using cluster = await processes(n);
    await using client = new Client(cluster);
    const before = (await client.schedulerInfo()).workers;
    const [cut] = before;
    const port = portOf((await cluster.target).address);
    const future = client.with({ workers: [cut!.name] }).submit(hangsOnce, place.file);
    await until(() => runs(place.file).length === 1);
    const cutting = client.run(
      async (at: number) => {
        const { Socket } = await import('node:net');
        // The next write to the scheduler, which is the answer of this call or a heartbeat, cuts instead. A socket without
        // a port is one of this host.
        const { write } = Socket.prototype;
        Socket.prototype.write = function (this: Socket, ...args: unknown[]) {
          if ((this.remotePort ?? at) !== at) return Reflect.apply(write, this, args);
          Socket.prototype.write = write;
          this.destroy();
          return false;
        } as typeof write;
      },
      { args: [port], workers: cut!.name },
    );
    await expect(cutting).rejects.toThrow(cut!.name);
    expect(await future).not.toBe(cut!.pid);
    expect(runs(place.file)).toEqual([cut!.pid, await future]);
    await client.waitForWorkers(n);
    const after = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
    expect(after).toHaveLength(n);
    expect(after).not.toContain(cut!.pid);
  },
);

test('a client whose connection is cut is told so; what it wanted is released, and it can come again', async () => {
  await using cluster = await processes(1);
  await using witness = new Client(cluster);
  const { address, secret } = await cluster.target;
  await using proxy = await proxyTo(portOf(address));
  const client = new Client(proxy.address, { secret });
  const endless = client.submit(() => {
    for (;;);
  });
  const refused = expect(endless.result()).rejects.toBeInstanceOf(SchedulerLostError);
  await until(async () => (await client.schedulerInfo()).workers[0]!.processing === 1);
  proxy.cut();
  await refused;
  expect(() => client.submit(() => 1)).not.toThrow();
  await until(async () => (await witness.schedulerInfo()).tasks === 0);
  await using again = new Client(proxy.address, { secret });
  expect(await again.submit((x: number) => x + 1, 1)).toBe(2); // on the one thread, which is free again
});

test('a worker that was given up for its silence, and wakes up then, is replaced too', async () => {
  await using cluster = await processes(1, { workerTtlMs: 1500 });
  await using client = new Client(cluster);
  const { pid } = (await client.schedulerInfo()).workers[0]!;
  process.kill(pid, 'SIGSTOP');
  await until(async () => (await client.schedulerInfo()).workers.length === 0);
  process.kill(pid, 'SIGCONT');
  expect(await client.submit(() => process.pid)).not.toBe(pid);
});
