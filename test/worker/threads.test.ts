import { afterAll, expect, test } from 'vitest';
import { ThreadPool } from '../../src/worker/threads.js';
import { op } from '../support/ops.js';

const pool = new ThreadPool(1);
afterAll(() => pool.close());

test('many short tasks given at once come back one by one, each with its own answer', async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => pool.run(op('add'), i, [1])));
  expect(answers.map((answer) => 'value' in answer && answer.value)).toEqual(
    Array.from({ length: 500 }, (_, i) => i + 1),
  );
});

test('a task that ends its thread fails alone: those before and after it on the same thread have their results', async () => {
  const given = ['add', 'exit', 'add', 'unclonable', 'add'].map((name, i) => pool.run(op(name), i, []));
  const answers = await Promise.all(given);
  expect(answers.map((answer) => ('value' in answer ? answer.value : answer.error.name))).toEqual([
    0,
    'ThreadEndedError',
    2,
    'Error',
    4,
  ]);
});

test('inputs that cannot be sent fail their task alone', async () => {
  const answers = await Promise.all([
    pool.run(op('add'), 1, []),
    pool.run(op('add'), () => 1, []),
    pool.run(op('add'), 3, []),
  ]);
  expect(answers.map((answer) => ('value' in answer ? answer.value : answer.error.message))).toEqual([
    1,
    expect.stringContaining('cannot be sent to a thread'),
    3,
  ]);
});
