import { expect, test } from 'vitest';
import { UnreachableError } from '../../src/comm/channel.js';
import { retry } from '../../src/comm/retry.js';

/** A clock that stands still but for pauses. */
function clock() {
  const pauses: number[] = [];
  let time = 1000;
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
    time += ms;
  };
  return { pauses, now: () => time, pause, random: () => 1 };
}

test('tries again with doubled pauses while nobody is there', async () => {
  const time = clock();
  const remaining: number[] = [];
  const result = await retry(
    async (ms) => {
      if (remaining.push(ms) <= 9) throw new UnreachableError('connect ECONNREFUSED');
      return 'comm';
    },
    { address: 'tcp://host:1', timeoutMs: 10_000, ...time },
  );
  expect(result).toBe('comm');
  expect(time.pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
  expect(remaining.slice(0, 4)).toEqual([10_000, 9990, 9970, 9930]);
});

test('gives up in time, naming the address, the last cause and what to check', async () => {
  const time = clock();
  const attempts = retry(
    async () => {
      throw new UnreachableError('connect ECONNREFUSED');
    },
    { address: 'tcp://host:1', timeoutMs: 100, ...time },
  );
  await expect(attempts).rejects.toThrow(
    /no connection to tcp:\/\/host:1 within 0\.1 s \(4 attempts\): connect ECONNREFUSED\. Check that/,
  );
  expect(time.pauses).toEqual([10, 20, 40]);
});

test('tells of the last attempt that was not cut short by the deadline', async () => {
  const time = clock();
  let attempts = 0;
  const result = retry(
    async (ms) => {
      if (++attempts < 3) throw new UnreachableError('connect ECONNREFUSED');
      await time.pause(ms);
      throw new UnreachableError('tcp://host:1 does not answer');
    },
    { address: 'tcp://host:1', timeoutMs: 100, ...time },
  );
  await expect(result).rejects.toThrow('(3 attempts): connect ECONNREFUSED');
});

test('other errors are final', async () => {
  let attempts = 0;
  const result = retry(
    async () => {
      attempts++;
      throw new RangeError('no');
    },
    { address: 'tcp://host:1', timeoutMs: 100, ...clock() },
  );
  await expect(result).rejects.toThrow(RangeError);
  expect(attempts).toBe(1);
});
