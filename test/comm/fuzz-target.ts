/** The process under attack in the fuzz tests: echoes for whoever gets in, and says how it is when asked. */
import { type Comm, listen } from '../../src/comm/comm.js';
import { Security, type SecurityOptions } from '../../src/comm/security.js';

export interface TargetOptions {
  readonly scheme: 'tcp' | 'tls';
  readonly secret: string;
  readonly security: SecurityOptions;
  readonly maxPending: number;
  readonly handshakeTimeoutMs: number;
  readonly maxFrameBytes: number;
}

export interface TargetStatus {
  /** Of everything that V8 knows of, after a collection. */
  readonly bytes: number;
  readonly sockets: number;
  readonly comms: number;
  /** How often each message that asked to be counted came. */
  readonly counts: ReadonlyMap<string, number>;
}

async function start({ scheme, security, ...options }: TargetOptions): Promise<void> {
  const comms = new Set<Comm>();
  const counts = new Map<string, number>();
  const onComm = (comm: Comm): void => {
    comms.add(comm);
    comm.closed.then(() => comms.delete(comm));
    comm.onMessage((message) => {
      const count = message?.count;
      if (typeof count === 'string') counts.set(count, (counts.get(count) ?? 0) + 1);
      try {
        comm.send(message);
      } catch {
        comm.close(); // mutilated to what can be received but not sent
      }
    });
  };
  const identity = Security.from(security).for('scheduler');
  const listener = await listen(`${scheme}://127.0.0.1:0`, { ...options, security: identity, onComm });
  process.on('message', async () => {
    // Twice with a turn between: the first makes the sockets' handles garbage for the second.
    for (let i = 0; i < 2; i++) {
      globalThis.gc!();
      await new Promise(setImmediate);
    }
    const { heapUsed, external } = process.memoryUsage();
    const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    process.send!({ bytes: heapUsed + external, sockets, comms: comms.size, counts } satisfies TargetStatus);
  });
  process.send!(listener.address);
}

process.once('disconnect', () => process.exit(0));
process.once('message', start);
