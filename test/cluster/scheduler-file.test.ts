import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joinBySchedulerFile, readSchedulerFile, writeSchedulerFile } from '../../src/cluster/scheduler-file.js';
import { type Listener, listen } from '../../src/comm/comm.js';
import { warningsDuring } from '../support/warnings.js';

const secret = 'a secret';
let directory: string;
let path: string;
let listener: Listener;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  path = join(directory, 's.json');
  listener = await listen('tcp://127.0.0.1:0', { secret, onComm: () => {} });
});
afterEach(async () => {
  await listener.close();
  rmSync(directory, { recursive: true });
});

test('what is written is read, by its owner only, and taken away again', async () => {
  const remove = await writeSchedulerFile(path, { addresses: [listener.address], secret });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readSchedulerFile(path)).toMatchObject({
    ...{ type: 'sheaf-scheduler', addresses: [listener.address], secret, host: hostname(), pid: process.pid },
  });
  expect((await joinBySchedulerFile(path)).target).toEqual({ address: listener.address, secret });
  remove();
  expect(readSchedulerFile(path)).toBe(undefined);
});

test('the file of a scheduler that runs is not written over', async () => {
  await writeSchedulerFile(path, { addresses: [listener.address], secret });
  const before = readFileSync(path, 'utf8');
  await expect(writeSchedulerFile(path, { addresses: ['tcp://127.0.0.1:1'], secret })).rejects.toThrow(
    new RegExp(`${path} belongs to a scheduler that runs, process ${process.pid} on ${hostname()}, .*end that one`),
  );
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('one that was left over is, and the one before takes nothing away', async () => {
  const remove = await writeSchedulerFile(path, { addresses: ['tcp://127.0.0.1:1'], secret });
  await writeSchedulerFile(path, { addresses: [listener.address], secret });
  remove();
  expect(readSchedulerFile(path)?.addresses).toEqual([listener.address]);
});

test('a left-over file is named as what it is', async () => {
  await writeSchedulerFile(path, { addresses: ['tcp://127.0.0.1:1'], secret });
  const warnings = await warningsDuring(async () => {
    await expect(joinBySchedulerFile(path, undefined, 300)).rejects.toThrow(
      new RegExp(
        `^the scheduler file ${path} seems left over: its scheduler \\(process ${process.pid} on ${hostname()}, started ` +
          '\\S+Z, at tcp://127.0.0.1:1\\) does not answer within 0.3 s: delete it and start a scheduler anew',
      ),
    );
  });
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/seems left over.*waiting for a new one$/),
  ]);
});

test('a left-over file that is replaced while somebody waits', async () => {
  await writeSchedulerFile(path, { addresses: ['tcp://127.0.0.1:1'], secret });
  const joining = joinBySchedulerFile(path);
  await writeSchedulerFile(path, { addresses: [listener.address], secret });
  expect((await joining).target.address).toBe(listener.address);
});

test('a file that comes later', async () => {
  const joining = joinBySchedulerFile(path);
  await writeSchedulerFile(path, { addresses: [listener.address], secret });
  expect((await joining).target.address).toBe(listener.address);
});

test('no file', async () => {
  await expect(joinBySchedulerFile(path, undefined, 10)).rejects.toThrow(
    `there was no scheduler file ${path} within 0.01 s, seen from ${hostname()}: start a scheduler with`,
  );
});

test.each(['', '{', '[]', 'null', '{"type":"Scheduler","address":"tcp://h:1"}', '{"type":"sheaf-scheduler"}'])(
  'a file of another kind: %j',
  async (text) => {
    writeFileSync(path, text);
    await expect(joinBySchedulerFile(path)).rejects.toThrow(`${path} is not a scheduler file`);
  },
);
