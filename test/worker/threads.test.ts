import { afterAll, expect, test } from 'vitest';
import { type Deferred, deferred } from '../../src/util/deferred.js';
import type { Job } from '../../src/worker/pool-thread.js';
import type { Answer } from '../../src/worker/thread-messages.js';
import { ThreadPool } from '../../src/worker/threads.js';
import { op } from '../support/ops.js';

const asked = new Map<string, Deferred<Answer>>();
const answered: string[] = [];
const pool = new ThreadPool(1, (answers) => {
  for (const answer of answers) {
    answered.push(answer.key);
    asked.get(answer.key)?.resolve(answer);
  }
});
afterAll(() => pool.close());

let jobs = 0;
/** Runs an operation; its answer. */
function run(name: string, params: unknown, rest: Partial<Job> = {}): Promise<Answer> {
  const job = { key: `job-${jobs++}`, op: op(name), params, inputs: [], code: [], ...rest };
  const answer = deferred<Answer>();
  asked.set(job.key, answer);
  pool.run(job);
  return answer.promise;
}
const outcomeOf = (answer: Answer) =>
  'value' in answer ? answer.value : 'error' in answer ? answer.error.name : answer;

test('many short tasks given at once come back one by one, each with its own answer', async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => run('add', i, { inputs: [1] })));
  expect(answers.map(outcomeOf)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
});

test('a task that ends its thread fails alone: those before and after it on the same thread have their results', async () => {
  const answers = await Promise.all(['add', 'exit', 'add', 'unclonable', 'add'].map((name, i) => run(name, i)));
  expect(answers.map(outcomeOf)).toEqual([0, 'ThreadEndedError', 2, expect.stringMatching(/Error$/), 4]);
});

test('inputs that cannot be sent fail their task alone', async () => {
  const answers = await Promise.all([run('add', 1), run('add', () => 1), run('add', 3)]);
  expect(
    answers.map((answer) => ('value' in answer ? answer.value : 'error' in answer && answer.error.message)),
  ).toEqual([1, expect.stringContaining('cannot be sent to a thread'), 3]);
});

test('a job that has not begun can be revoked, one that has cannot', async () => {
  const first = run('spin', 60_000, { key: 'first', timeoutMs: 200 });
  run('add', 1, { key: 'second' });
  expect(pool.revoke('second')).toBe(true);
  expect(pool.revoke('second')).toBe(false);
  expect(pool.revoke('nobody')).toBe(false);
  expect(outcomeOf(await first)).toBe('TaskTimeoutError');
  expect(outcomeOf(await run('add', 2))).toBe(2);
  expect(answered).not.toContain('second');
});

test('a task that runs longer than it may is ended, those behind it run', async () => {
  const [late, next] = [run('spin', 60_000, { timeoutMs: 100 }), run('add', 5)];
  expect(outcomeOf(await late)).toBe('TaskTimeoutError');
  expect(outcomeOf(await next)).toBe(5);
});

test('a job in line behind a long one is taken by a thread that has nothing to do; each runs once', async () => {
  const done: string[] = [];
  const all = deferred<void>();
  const two = new ThreadPool(2, (answers) => {
    for (const { key } of answers) done.push(key);
    if (done.length === 41) all.resolve();
  });
  const give = (key: string, name: string, params: unknown) =>
    two.run({ key, op: op(name), params, inputs: [], code: [] });
  give('long', 'spin', 1500);
  for (let i = 0; i < 40; i++) give(`short-${i}`, 'add', i);
  await all.promise;
  await two.close();
  expect(done.at(-1)).toBe('long');
  expect(new Set(done).size).toBe(41);
});
