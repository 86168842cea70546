/** The main thread's side of the comms of its threads; their side is in `port-comm.ts`. */
import type { MessagePort } from 'node:worker_threads';
import type { ConnectOptions } from './channel.js';
import { type Comm, connect } from './comm.js';
import { type ConnectAnswer, type ConnectRequest, PortComm, textOf } from './port-comm.js';

/** What connections on behalf of a thread are made with. */
export type ServePortOptions = Pick<ConnectOptions, 'secret' | 'security'>;

/**
 * Lets the thread at the other end of `port` connect to everything that this thread can reach: there,
 * `setPortConnector(port)` comes first, then `connect` as anywhere. Ends with the port, and keeps nothing alive.
 *
 * A thread that ends takes its comms with it; the other side sees them closed, as this process lives on.
 */
export function servePort(port: MessagePort, options: ServePortOptions): void {
  port.on('message', (request: ConnectRequest) => serve(request, options));
  port.unref();
}

async function serve({ connect: address, port, limits }: ConnectRequest, options: ServePortOptions): Promise<void> {
  port.unref();
  const answer = (it: ConnectAnswer): void => port.postMessage(it);
  let isGone = false;
  port.once('close', () => {
    isGone = true;
  });
  try {
    const far = await connect(address, { ...options, ...limits, retry: false });
    if (isGone) {
      far.close();
      return;
    }
    answer({ isOpen: true });
    const near = new PortComm(port, `a thread of this process`);
    near.unref();
    far.unref();
    pipe(near, far);
  } catch (error) {
    answer({ isOpen: false, error: textOf(error as Error) });
    port.close();
  }
}

function pipe(near: PortComm, far: Comm): void {
  const end = (reason: Error | undefined): void => {
    near.end(reason);
    far.close();
  };
  const carry = (to: Comm) => (message: Parameters<Comm['send']>[0]) => {
    try {
      to.send(message);
    } catch (error) {
      end(error as Error);
    }
  };
  near.onMessage(carry(far));
  far.onMessage(carry(near));
  // What came before the end is delivered first, in an immediate at the latest.
  for (const { closed } of [near, far]) closed.then((reason) => setImmediate(end, reason));
}
