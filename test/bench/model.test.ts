/** The model in worlds so small that what must come out can be worked out by hand. */
import { describe, expect, test } from 'vitest';
import { Clock } from '../../bench/model/clock.js';
import { type Costs, freeCosts, Stopwatch } from '../../bench/model/costs.js';
import { figuresOf, limitOf } from '../../bench/model/model.js';
import { Network } from '../../bench/model/network.js';
import { questions } from '../../bench/model/plan.js';
import { markdownAnswers, rowsOfAnswers, textAnswers } from '../../bench/model/report.js';
import { Server } from '../../bench/model/server.js';
import { bytesOnWire, rememberingBytes } from '../../bench/model/sizes.js';
import { mapWorkload, searchWorkload } from '../../bench/model/workloads.js';
import { simulate } from '../../bench/model/world.js';

/** The scheduler's own code costs what is said, and nothing is timed. */
const handleMs = { 'add-worker': 0, 'update-graph': 0, 'tasks-done': 0, heartbeat: 0, tick: 0, 'add-client': 0 };
const costs: Costs = { ...freeCosts, handleMs };
const noBytes = () => 0;

test('what is to happen happens in the order of its time, and of its coming', () => {
  const clock = new Clock();
  const log: string[] = [];
  clock.at(5, () => log.push(`c${clock.now}`));
  clock.at(1, () => {
    log.push(`a${clock.now}`);
    clock.at(0, () => log.push(`b${clock.now}`)); // past, so now
  });
  clock.at(5, () => log.push('d'));
  clock.every(4, 4, () => (clock.now === 12 ? clock.stop() : log.push(`e${clock.now}`)));
  clock.run();
  expect(log.join(' ')).toBe('a1 b1 e4 c5 d e8');
});

test('a server does one thing at a time', () => {
  const clock = new Clock();
  const server = new Server(clock);
  const ends: number[] = [];
  for (const ms of [3, 4]) server.take(() => ({ ms, done: () => ends.push(clock.now) }));
  clock.at(10, () => server.take(() => ({ ms: 5, done: () => ends.push(clock.now) })));
  clock.run();
  expect(ends).toEqual([3, 7, 15]);
  expect(server.busyMs).toBe(12);
});

test('links carry one thing after another, on both ends', () => {
  const clock = new Clock();
  const network = new Network(clock, 4, { latencyMs: 5, bytesPerMs: 100 });
  const arrivals: string[] = [];
  const send = (from: number, to: number) =>
    network.send(from, to, 1000, () => arrivals.push(`${from}>${to} ${clock.now}`));
  send(0, 1);
  send(0, 2); // leaves after the first
  send(3, 2); // arrives as early as if alone, so the one before waits
  send(1, 1); // stays within its node
  clock.run();
  expect(arrivals).toEqual(['1>1 5', '0>1 15', '0>2 25', '3>2 35']);
  expect(network.bytes).toBe(3000);
  expect(network.busiestMs).toBe(20);
});

describe('makespans', () => {
  const world = { nodes: 1, workersPerNode: 2, costs, bytesOf: noBytes };

  test('of tasks alone', () => {
    const outcome = simulate({ ...world, workload: mapWorkload(6, 1000, 1000) });
    expect(outcome).toMatchObject({ startupMs: 0, makespanMs: 3000, taskMs: 6000, utilisation: 0, networkBytes: 0 });
  });

  test('with latency and hops: there and back for the client, and for each task of a worker', () => {
    const far = { ...costs, latencyMs: 1, workerMs: 2 };
    const outcome = simulate({ ...world, costs: far, workload: mapWorkload(6, 1000, 1000) });
    expect(outcome.makespanMs).toBeCloseTo(1 + 3 * (1 + 1000 + 2 + 1) + 1, 6);
  });

  test('of a scheduler that is busy from the first report to the last', () => {
    const slow = { ...costs, handleMs: { ...handleMs, 'tasks-done': 100 } };
    const outcome = simulate({ ...world, workersPerNode: 4, costs: slow, workload: mapWorkload(40, 10, 10) });
    expect(outcome.makespanMs).toBeCloseTo(10 + 40 * 100, 6);
    expect(outcome.utilisation).toBeCloseTo(4000 / 4010, 6);
    expect(outcome.busyMs['tasks-done']).toBeCloseTo(4000, 6);
  });

  test('a rank connects twice, its worker as long after the start again; the scheduler takes one after another', () => {
    const starting = { ...costs, bootMs: 50, connectMs: 10 };
    const options = { ...world, nodes: 2, workersPerNode: 3, costs: starting };
    const outcome = simulate({ ...options, workload: mapWorkload(6, 1000, 1000) });
    // Supervisors from 50 to 110, workers, who come at 100, from 110 to 170.
    expect(outcome.startupMs).toBeCloseTo(170, 6);
    expect(outcome.makespanMs).toBeCloseTo(1000, 6);
  });

  test('with frames: each report and each task is one, and the last result goes to the client', () => {
    const framed = { ...costs, frameMs: 7 };
    const outcome = simulate({
      ...{ ...world, workersPerNode: 1, costs: framed, bytesOf: () => 1 },
      workload: mapWorkload(1, 1000, 1000),
    });
    // The client's, the scheduler's for the graph and the task, for the report and the result, the client's again;
    // a heartbeat that came first may stand before them.
    expect(outcome.makespanMs).toBeCloseTo(1000 + 6 * 7, 0);
  });
});

test('a search has its graph, and all of it runs', () => {
  const workload = searchWorkload(2);
  const [{ tasks, keys }] = workload.submissions as [(typeof workload.submissions)[0]];
  // Fits, predictions and scores of 2 candidates in 5 folds; X, y, and two sets of rows for each fold.
  expect([tasks, keys!.length, workload.wanted]).toEqual([10 + 10 + 10 + 2 + 10, 10, 10]);
  const outcome = simulate({ nodes: 2, workersPerNode: 2, costs, workload, bytesOf: bytesOnWire });
  const fits = Array.from({ length: 10 }, (_, i) => 500 + 1000 * ((i * 0.618_033_988_749_894_9) % 1));
  const fitMs = fits.reduce((sum, ms) => sum + ms, 0);
  expect(outcome.taskMs).toBeCloseTo(fitMs + 10 * (20 + 2) + 12 * 0.1, 6);
  expect(outcome.makespanMs).toBeGreaterThan(outcome.taskMs / 4);
  expect(outcome.networkBytes).toBeGreaterThan(898 * 64 * 8); // X went to the other node at least once
});

test('where workers lose their time', () => {
  const far = { ...costs, latencyMs: 1, workerMs: 2 };
  const options = { nodes: 1, workersPerNode: 2, bytesOf: noBytes };
  const found = figuresOf({ ...options, costs: far, workload: mapWorkload(6, 1000, 1000) });
  expect(found).toMatchObject({ nodes: 1, workers: 2, tasks: 6, limit: 'network' });
  expect(found.efficiency).toBeCloseTo(3000 / 3014, 9);
  expect(found.lost.tail).toBeCloseTo(0, 9);
  expect(found.lost.network).toBeCloseTo(12 / 3014, 9);

  const uneven = figuresOf({ ...options, costs, workload: mapWorkload(3, 1000, 1000) });
  expect(uneven.efficiency).toBeCloseTo(0.75, 9);
  expect(uneven.lost).toEqual({ tail: 0.25, scheduler: 0, network: 0 });
  expect(uneven.limit).toBe('tail');

  const slow = { ...costs, handleMs: { ...handleMs, 'tasks-done': 100 } };
  const busy = figuresOf({ ...options, workersPerNode: 4, costs: slow, workload: mapWorkload(40, 10, 10) });
  expect(busy.limit).toBe('scheduler');
  expect(busy.efficiency + busy.lost.tail + busy.lost.scheduler + busy.lost.network).toBeCloseTo(1, 9);
});

test('what is lost most is the limit', () => {
  expect(limitOf({ tail: 0.1, scheduler: 0.3, network: 0.2 })).toBe('scheduler');
  expect(limitOf({ tail: 0, scheduler: 0, network: 0 })).toBe('tail');
});

test('a stopwatch gives the time of each item, no more than the clock says', () => {
  const stopwatch = new Stopwatch();
  const start = performance.now();
  expect(stopwatch.time('tasks-done', 2, () => Array.from({ length: 1e5 }, Math.random).length)).toBe(1e5);
  const { 'tasks-done': each } = stopwatch.handleMs;
  expect(each).toBeGreaterThanOrEqual(0);
  expect(each).toBeLessThanOrEqual((performance.now() - start) / 2);
});

test('bytes on the wire: like messages are encoded once, holders are counted', () => {
  const bytesOf = rememberingBytes();
  const holder = (i: number) => ({ worker: `w110-${10 + i}`, address: `tcp://10.0.110.1:w110-${10 + i}` });
  const run = (key: string, holders: number) => ({
    op: 'run',
    tasks: [
      {
        ...{ key, op: 'm.js#fit', params: { nth: 100 }, priority: 1000, ms: 500, deps: ['X'], sizes: { X: 1000 } },
        holders: { X: Array.from({ length: holders }, (_, i) => holder(i)) },
      },
    ],
  });
  expect(bytesOf([run('fit-0', 1)])).toBe(bytesOnWire([run('fit-0', 1)]));
  expect(bytesOf([run('fit-1', 1)])).toBe(bytesOnWire([run('fit-0', 1)]));
  const exact = bytesOnWire([run('fit-2', 16)]);
  expect(Math.abs(bytesOf([run('fit-2', 16)]) / exact - 1)).toBeLessThan(0.05);
  const graph = (tasks: number) => ({
    type: 'update-graph',
    graph: { layers: [Array.from({ length: tasks }, String)] },
  });
  expect(bytesOf([graph(1000)])).toBeGreaterThan(bytesOf([graph(1)]));
});

test('as a table, and as rows', () => {
  const figures = figuresOf({
    ...{ nodes: 1, workersPerNode: 2, bytesOf: noBytes, workload: mapWorkload(3, 1000, 1000) },
    costs: { ...costs, latencyMs: 1 },
  });
  const answers = [{ name: 'map', title: 'a map', figures: [figures] }];
  const lines = textAnswers(answers, costs).split('\n');
  expect(lines[0]).toBe('a map');
  expect(lines[1]).toMatch(/^nodes +workers +tasks +start-up +makespan +efficiency +with start-up +scheduler busy/);
  expect(lines[2]).toMatch(/^ +1 +2 +3 +0\.00 s +2\.01 s +74\.8 % .* too few tasks at the end$/);
  expect(markdownAnswers(answers, costs)).toContain('## a map\n\n| nodes | workers |');
  const [row] = rowsOfAnswers(answers);
  expect(row).toMatchObject({ case: 'scale', line: 'map-1', unit: '%', higherIsBetter: true });
  expect(row!.extra).toMatchObject({ nodes: 1, workers: 2, tasks: 3 });
  expect(row!.sheaf).toBeCloseTo(100 * figures.efficiency, 9);
});

test('the questions go up to 128 nodes of 40 workers, for the map and for the search', () => {
  for (const kind of ['map', 'search']) {
    const nodes = questions.filter(({ name }) => name.startsWith(kind)).flatMap((question) => question.nodes);
    expect(Math.max(...nodes)).toBe(128);
  }
});
