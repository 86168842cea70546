/**
 * One connection where a party has several addresses, of which a host may reach some only: the first that answers. They
 * are tried in their order, the next beside those under way when they have not answered for a while (as in RFC 8305).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Comm, type ConnectOptions, UnreachableError } from './channel.js';
import { connect } from './comm.js';
import { HandshakeError } from './handshake.js';

export interface Reached {
  readonly comm: Comm;
  readonly address: string;
}

export interface ConnectAnyOptions extends ConnectOptions {
  /** How one attempt is made, given by tests. */
  readonly attempt?: (address: string, options: ConnectOptions) => Promise<Comm>;
}

const HEAD_START_MS = 250;
const FIRST_ATTEMPT_MS = 1000;
const LONGEST_ATTEMPT_MS = 8000;
const FIRST_PAUSE_MS = 10;

/**
 * A connection to the first of `addresses` that answers within `timeoutMs`.
 * Raises {@link UnreachableError} with what became of each, HandshakeError where all that is wrong is the secret.
 *
 * @example
 * const listener = await listen('tcp://127.0.0.1:0', { secret: 's', onComm: () => {} });
 * const { comm, address } = await connectAny(['tcp://127.0.0.1:1', listener.address], { secret: 's' });
 * address === listener.address; // true
 * comm.close();
 * await listener.close();
 */
export async function connectAny(addresses: readonly string[], options: ConnectAnyOptions): Promise<Reached> {
  const { timeoutMs = 30_000, attempt = connect, retry = true, ...rest } = options;
  const deadline = performance.now() + timeoutMs;
  const failures = new Map<string, Error>();
  let isOver = false;
  const tryOnce = async (address: string, ms: number): Promise<Reached> => {
    if (isOver) throw new UnreachableError('another address answered first');
    try {
      const comm = await attempt(address, { ...rest, retry: false, timeoutMs: ms });
      if (isOver) comm.close();
      return { comm, address };
    } catch (error) {
      if (error instanceof UnreachableError || error instanceof HandshakeError) failures.set(address, error);
      throw error;
    }
  };
  const tryAll = (ms: number): Promise<Reached> => {
    let turn: Promise<unknown> = Promise.resolve();
    const attempts = addresses.map((address) => {
      const attempted = turn.then(() => tryOnce(address, ms));
      const failed = attempted.catch(() => {});
      turn = turn.then(() => Promise.race([sleep(HEAD_START_MS), failed]));
      return attempted;
    });
    return Promise.any(attempts);
  };
  for (let round = 0, pauseMs = FIRST_PAUSE_MS; ; round++, pauseMs = Math.min(2 * pauseMs, 1000)) {
    const ms = Math.min(FIRST_ATTEMPT_MS * 2 ** round, LONGEST_ATTEMPT_MS, Math.max(1, deadline - performance.now()));
    const reached = await tryAll(ms).catch(({ errors }: AggregateError) => {
      const known = [...failures.values()];
      const unforeseen = errors.find((error) => !known.includes(error));
      if (unforeseen) throw unforeseen;
    });
    if (reached) {
      isOver = true;
      return reached;
    }
    if (!retry || performance.now() + pauseMs >= deadline) throw failureOf(addresses, failures, timeoutMs);
    await sleep(pauseMs * (0.5 + Math.random() / 2)); // many that start together should not knock together
  }
}

function failureOf(addresses: readonly string[], failures: ReadonlyMap<string, Error>, timeoutMs: number): Error {
  const errors = addresses.flatMap((address) => failures.get(address) ?? []);
  const refused = errors.find((error) => error instanceof HandshakeError);
  if (refused && errors.length === 1) return refused;
  const table = addresses.map((address) => `\n  ${address}: ${failures.get(address)?.message ?? 'not tried'}`);
  return new UnreachableError(
    `no connection within ${timeoutMs / 1000} s, by any of these addresses:${table.join('')}\nCheck that the process there ` +
      'still runs, that one of them can be reached from this host (an interface can be named), and that no firewall is between',
    { cause: errors[0] },
  );
}
