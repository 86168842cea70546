import { expect, test } from 'vitest';
import { TaskStream } from '../../src/scheduler/task-stream.js';

const report = (now: number, keys: readonly string[]) => ({
  ...{ now, worker: 'w', keys },
  ms: keys.map((_, i) => i + 1),
  nbytes: keys.map(() => 8),
});

test('the tasks of a report ran one after the other, the last until it came', () => {
  const stream = new TaskStream();
  stream.add(report(10, ['a', 'b']));
  stream.add(report(20, ['c']));
  expect(stream.runs()).toEqual([
    { key: 'a', worker: 'w', start: 7, ms: 1, nbytes: 8 },
    { key: 'b', worker: 'w', start: 8, ms: 2, nbytes: 8 },
    { key: 'c', worker: 'w', start: 19, ms: 1, nbytes: 8 },
  ]);
  expect(stream.runs(15).map(({ key }) => key)).toEqual(['c']);
  expect(stream.runs(undefined, 2).map(({ key }) => key)).toEqual(['b', 'c']);
});

test('old tasks are forgotten, never those within the limit', () => {
  const stream = new TaskStream(10);
  for (let i = 0; i < 100; i++) {
    stream.add(report(i, [`${i}`]));
    const last = Array.from({ length: Math.min(i + 1, 10) }, (_, j) => `${i - Math.min(i, 9) + j}`);
    expect(stream.runs(undefined, 10).map(({ key }) => key)).toEqual(last);
  }
});
