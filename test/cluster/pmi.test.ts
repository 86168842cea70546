import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { broadcastByPmi, formatCommand, type PmiCommand, parseAnswer, piecesOf } from '../../src/cluster/pmi.js';

/** A conversation with Hydra 4.0.2, as recorded: what rank 0 sent, and what came back. */
const trace: readonly [PmiCommand, Record<string, string>, string, string][] = [
  [
    'init',
    { pmi_version: '1', pmi_subversion: '1' },
    'cmd=init pmi_version=1 pmi_subversion=1',
    'cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0',
  ],
  ['get_maxes', {}, 'cmd=get_maxes', 'cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=1024'],
  ['get_my_kvsname', {}, 'cmd=get_my_kvsname', 'cmd=my_kvsname kvsname=kvs_22259_0_906525391_vm'],
  [
    'put',
    { kvsname: 'kvs_22259_0_906525391_vm', key: 'sheaf', value: 'dGNwOi8v' },
    'cmd=put kvsname=kvs_22259_0_906525391_vm key=sheaf value=dGNwOi8v',
    'cmd=put_result rc=0 msg=success',
  ],
  ['barrier_in', {}, 'cmd=barrier_in', 'cmd=barrier_out'],
  [
    'get',
    { kvsname: 'kvs_22259_0_906525391_vm', key: 'sheaf' },
    'cmd=get kvsname=kvs_22259_0_906525391_vm key=sheaf',
    'cmd=get_result rc=0 msg=success value=dGNwOi8v',
  ],
  ['barrier_in', {}, 'cmd=barrier_in', 'cmd=barrier_out'],
  ['finalize', {}, 'cmd=finalize', 'cmd=finalize_ack'],
];

test('commands are written as recorded', () => {
  expect(trace.map(([command, fields]) => formatCommand(command, fields))).toEqual(
    trace.map(([, , sent]) => `${sent}\n`),
  );
});

test('answers are read as recorded', () => {
  const fields = trace.map(([command, , , answer]) => parseAnswer(command, answer));
  expect(fields[1]).toEqual({ cmd: 'maxes', kvsname_max: '256', keylen_max: '64', vallen_max: '1024' });
  expect(fields[2].kvsname).toBe('kvs_22259_0_906525391_vm');
  expect(fields[5].value).toBe('dGNwOi8v');
});

test.each<[PmiCommand, string]>([
  ['get', 'cmd=get_result rc=-1 msg=key_sheaf_not_found value=unknown'],
  ['barrier_in', 'cmd=finalize_ack'],
  ['init', 'rubbish'],
  ['get', ''],
])('an answer to %s that is a failure or out of place raises: %s', (command, answer) => {
  expect(() => parseAnswer(command, answer)).toThrow(`answered "${answer}" to ${command}`);
});

let directory: string;
let server: Server | undefined;
const opened: Socket[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
  server?.close();
  rmSync(directory, { recursive: true });
});

/** Calls `answer` for each line that a client sends; clients connect through the function that this resolves to. */
function serve(answer: (line: string, socket: Socket) => void): Promise<() => Socket> {
  const path = join(directory, 'pmi');
  server = createServer((socket) => {
    opened.push(socket);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) answer(line, socket);
    });
  });
  return new Promise((resolve) => server!.listen(path, () => resolve(() => connect(path))));
}

/** A PMI-1 server for `size` ranks; it sends each answer in two pieces, as a stream may. */
function pmiServer(size: number, vallenMax = 1024): (line: string, socket: Socket) => void {
  const store = new Map<string, string>();
  let inBarrier: Socket[] = [];
  const send = (socket: Socket, text: string) => {
    socket.write(text.slice(0, 5));
    setImmediate(() => socket.write(`${text.slice(5)}\n`));
  };
  return (line, socket) => {
    const { cmd, key, value } = Object.fromEntries(line.split(' ').map((word) => word.split('=')));
    if (cmd === 'put') store.set(key, value);
    if (cmd !== 'barrier_in') {
      const answers: Record<string, string> = {
        init: 'cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0',
        get_maxes: `cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=${vallenMax}`,
        get_my_kvsname: 'cmd=my_kvsname kvsname=kvs_1',
        put: 'cmd=put_result rc=0 msg=success',
        get: store.has(key) ? `cmd=get_result rc=0 msg=success value=${store.get(key)}` : 'cmd=get_result rc=-1 msg=no',
        finalize: 'cmd=finalize_ack',
      };
      send(socket, answers[cmd]);
    } else if (inBarrier.push(socket) === size) {
      for (const each of inBarrier) send(each, 'cmd=barrier_out');
      inBarrier = [];
    }
  };
}

test('every rank gets the string of rank 0', async () => {
  const open = await serve(pmiServer(3));
  const value = 'tcp://[fd00::2]:8786 "a=b c"\nµ';
  const ranks = [undefined, value, undefined].map((mine) =>
    broadcastByPmi({ socket: open(), value: mine, timeoutMs: 10_000 }),
  );
  expect(await Promise.all(ranks)).toEqual([value, value, value]);
});

test('the client says what was recorded, in that order', async () => {
  const heard: string[] = [];
  const answer = pmiServer(1);
  const open = await serve((line, socket) => {
    heard.push(line);
    answer(line, socket);
  });
  await broadcastByPmi({ socket: open(), value: 'tcp://', timeoutMs: 10_000 });
  expect(heard).toEqual(trace.map(([, , sent]) => sent.replace('kvs_22259_0_906525391_vm', 'kvs_1')));
});

test('a rank that never comes: the others give up and say what they waited for', async () => {
  const open = await serve(pmiServer(2));
  await expect(broadcastByPmi({ socket: open(), value: 'x', timeoutMs: 50 })).rejects.toThrow(
    'waited 50 ms for the other ranks, which have not all come (command barrier_in)',
  );
});

test('a server that hangs up', async () => {
  const open = await serve((_, socket) => socket.destroy());
  await expect(broadcastByPmi({ socket: open(), timeoutMs: 10_000 })).rejects.toThrow(/PMI socket/);
});

test.each([13, 64, 1000])('a string of %i bytes, where the launcher takes 16 characters at once', async (length) => {
  const open = await serve(pmiServer(2, 16));
  const value = 'µ'.padEnd(length, 'abc');
  const ranks = [value, undefined].map((mine) => broadcastByPmi({ socket: open(), value: mine, timeoutMs: 10_000 }));
  expect(await Promise.all(ranks)).toEqual([value, value]);
});

test('pieces are no longer than the launcher takes', () => {
  expect(piecesOf('tcp://', 16)).toEqual(['dGNwOi8v']);
  expect(piecesOf('a'.repeat(12), 16)).toEqual(['YWFhYWFhYWFhYWFh']);
  expect(piecesOf('a'.repeat(13), 16)).toEqual(['3~YWFhYWFh', 'YWFhYWFh', 'YQ']);
  expect(piecesOf(undefined, 16)).toEqual([]);
});
