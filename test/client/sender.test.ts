import { expect, test } from 'vitest';
import { Sender } from '../../src/client/sender.js';
import type { Message } from '../../src/comm/comm.js';
import type { Graph } from '../../src/graph/graph.js';
import type { Task } from '../../src/graph/task.js';

const code = { op: 'fn:h#f', name: 'f', hash: 'h', code: { h: 'text' } };
const task = (key: string): Task => ({ key, op: code.op, params: [], deps: [] });

/** A sender, what it said, and what it said could not be sent: whatever `isRefused` says. */
function open(isRefused: (keys: readonly string[]) => boolean = () => false) {
  const said: string[] = [];
  const failed: string[] = [];
  const send = (message: Message, onRefused?: (error: Error) => void) => {
    const { op, graph, keys = [] } = message as Message & { graph?: Graph; keys?: readonly string[] };
    if (isRefused(keys)) onRefused!(new Error('too large'));
    else said.push([op, ...keys, ...Object.keys(graph?.code ?? {}).map((hash) => `code ${hash}`)].join(' '));
  };
  const sendInTurns = (sends: readonly (() => void)[]) => {
    for (const each of sends) each();
  };
  const sender = new Sender({ lost: undefined, send, sendInTurns, sendUrgent: send }, (key) => failed.push(key));
  return { sender, said, failed };
}

test('what is said in one turn goes in one message, in its order, and code once', async () => {
  const { sender, said } = open();
  sender.submit(task('a'), code);
  sender.submit(task('b'), code);
  sender.release('a');
  sender.release('b');
  sender.submit(task('a'), code);
  expect(said).toEqual(['update-graph a b code h', 'release-keys a b']);
  await null;
  expect(said.slice(2)).toEqual(['update-graph a']);
  sender.submit(task('c'), code);
  sender.graph({ layers: [{ kind: 'tasks', tasks: [task('d')] }], code: code.code }, ['d']);
  expect(said.slice(3)).toEqual(['update-graph c', 'update-graph d']);
});

test('a thousand tasks do not wait for the end of the turn', () => {
  const { sender, said } = open();
  for (let i = 0; i < 1000; i++) sender.submit(task(`t${i}`), code);
  expect(said.map((words) => words.split(' ').length)).toEqual([1003]);
});

test('of tasks that cannot be sent together, only those fail that cannot be sent alone', async () => {
  const { sender, said, failed } = open((keys) => keys.includes('b'));
  for (const key of ['a', 'b', 'c']) sender.submit(task(key), code);
  await null;
  expect(said).toEqual(['update-graph a code h', 'update-graph c']);
  expect(failed).toEqual(['b']);
});
