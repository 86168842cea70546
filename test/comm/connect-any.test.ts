import { expect, test } from 'vitest';
import { type Comm, HandshakeError, listen, UnreachableError } from '../../src/comm/comm.js';
import { connectAny } from '../../src/comm/connect-any.js';

const secret = 's';
const silent = () => new Promise<Comm>(() => {});
const comm = (peer: string) => ({ peer }) as Comm;

test('one address that refuses, one that answers: the second', async () => {
  const listener = await listen('tcp://127.0.0.1:0', { secret, onComm: () => {} });
  const reached = await connectAny(['tcp://127.0.0.1:1', listener.address], { secret });
  expect(reached.address).toBe(listener.address);
  reached.comm.close();
  await listener.close();
});

test('one address that is silent: the next is tried beside it', async () => {
  const attempt = (address: string) => (address === 'a' ? silent() : Promise.resolve(comm(address)));
  expect(await connectAny(['a', 'b'], { attempt })).toEqual({ comm: { peer: 'b' }, address: 'b' });
});

test('the first comes first, though the others would answer sooner', async () => {
  const tried: string[] = [];
  const attempt = async (address: string) => {
    tried.push(address);
    return comm(address);
  };
  expect(await connectAny(['a', 'b', 'c'], { attempt })).toMatchObject({ address: 'a' });
  expect(tried).toEqual(['a']);
});

test('an address of somebody else does not end the search', async () => {
  const attempt = async (address: string) => {
    if (address === 'a') throw new HandshakeError('secret', 'this process has another cluster secret');
    return comm(address);
  };
  expect(await connectAny(['a', 'b'], { attempt })).toMatchObject({ address: 'b' });
});

test('it is tried again until somebody listens', async () => {
  let attempts = 0;
  const attempt = async (address: string) => {
    if (++attempts < 5) throw new UnreachableError('nobody listens');
    return comm(address);
  };
  expect(await connectAny(['a', 'b'], { attempt })).toMatchObject({ address: 'a' });
});

test('none answers: what became of each', async () => {
  const attempt = async (address: string) => {
    throw new UnreachableError(`no route to ${address}`);
  };
  await expect(connectAny(['a', 'b'], { attempt, timeoutMs: 20 })).rejects.toThrow(
    'no connection within 0.02 s, by any of these addresses:\n  a: no route to a\n  b: no route to b\nCheck that',
  );
});

test('the secret is wrong: that is said, and at once', async () => {
  const attempt = async () => {
    throw new HandshakeError('secret', 'this process has another cluster secret');
  };
  await expect(connectAny(['a'], { attempt, timeoutMs: 20 })).rejects.toThrow('another cluster secret');
});

test('what is no matter of reaching anybody is not tried again', async () => {
  const attempt = async () => {
    throw new TypeError('a defect');
  };
  await expect(connectAny(['a', 'b'], { attempt })).rejects.toThrow('a defect');
});
