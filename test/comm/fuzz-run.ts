/** A listener in a process of its own, attacked while an honest client goes on. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { type Comm, connect, type Message, newSecret } from '../../src/comm/comm.js';
import { Security } from '../../src/comm/security.js';
import { attacks, idle, run, type Scene } from './fuzz-attacks.js';
import type { TargetOptions, TargetStatus } from './fuzz-target.js';

const maxPending = 64;
const idleConnections = 1000;
const MiB = 1024 ** 2;

/** Mulberry32, by Tommy Ettinger: 32 bits of state are plenty for a fuzz. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function ask(child: ChildProcess): Promise<TargetStatus> {
  child.send('how are you?');
  return ((await once(child, 'message')) as [TargetStatus])[0];
}

/** The answer to `message`, which must be its like. */
function echo(comm: Comm, message: Message): Promise<Message> {
  return new Promise((resolve, reject) => {
    comm.onMessage(resolve);
    comm.closed.then((reason) => reject(reason ?? new Error('the honest client was sent away')));
    comm.send(message);
  });
}

/** Attacks for `rounds` rounds, all kinds at once in each. Everything that must hold is asserted here. */
export async function fuzz(scheme: 'tcp' | 'tls', seed: number, rounds: number): Promise<void> {
  const told = `seed ${seed}`;
  const security = Security.temporary({ requireEncryption: false });
  const options: TargetOptions = {
    scheme,
    secret: newSecret(),
    security: security.toJSON(),
    maxPending,
    handshakeTimeoutMs: 300,
    maxFrameBytes: 4 * MiB,
  };
  const child = fork(new URL('./fuzz-target.js', import.meta.url), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'exit');
  try {
    child.send(options);
    const [address] = (await once(child, 'message')) as [string];
    let replays = 0;
    const scene: Scene = {
      ...options,
      address,
      security: security.for('client'),
      random: randomFrom(seed),
      onRecorded: () => replays++,
    };
    const honest = await connect(address, { secret: options.secret, security: scene.security });
    let isOver = false;
    let served = 0;
    const service = (async () => {
      while (!isOver) {
        const message: Message = { op: 'echo', i: served, data: new Float64Array(1 + (served % 5000)).fill(served) };
        expect(await echo(honest, message), told).toEqual(message);
        served++;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    service.catch(() => {}); // told below
    const attackOnce = async (): Promise<void> => {
      await Promise.all(Object.values(attacks).map((attack) => run(attack, scene)));
      const newcomer = await connect(address, { secret: options.secret, security: scene.security });
      expect(await echo(newcomer, { op: 'new' }), told).toEqual({ op: 'new' });
      newcomer.close();
      await newcomer.closed;
    };
    const besiege = (): Promise<void> =>
      idle(scene, idleConnections, async () => {
        const newcomer = await connect(address, { secret: options.secret, security: scene.security });
        expect(await echo(newcomer, { op: 'new' }), told).toEqual({ op: 'new' });
        const { sockets, comms } = await ask(child);
        expect(sockets - comms, told).toBeLessThanOrEqual(maxPending + 1);
        newcomer.close();
        await newcomer.closed;
      });
    // The first rounds warm up: code is compiled, pools are filled.
    for (let i = 0; i < 2; i++) await attackOnce();
    await besiege();
    const before = await ask(child);
    for (let i = 0; i < rounds; i++) await attackOnce();
    await besiege();
    isOver = true;
    await service;
    const after = await ask(child);
    expect(served, told).toBeGreaterThan(rounds);
    expect(after.counts.get('replayed'), told).toBe(replays);
    expect(after.bytes - before.bytes, told).toBeLessThan(8 * MiB);
    expect(after.comms, told).toBe(1);
    honest.close();
    await honest.closed;
    child.disconnect();
    expect(await exited, told).toEqual([0, null]);
    expect(stderr, told).toBe('');
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exited;
    }
  }
}
