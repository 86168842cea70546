/** The map of the primes program and the graph of a grid search, as the client sends them, and what their tasks take. */
import type { Block } from '../../src/arrow/block.js';
import type { Task } from '../../src/graph/task.js';
import { planSearch } from '../../src/learn/model-selection/plan.js';
import type { Assignment } from '../../src/scheduler/events.js';
import type { Ran } from './worker.js';
import type { Workload } from './world.js';

/** As the client sends a map, in portions: client/sender.ts. */
const PORTION = 1000;
/** Fractions from 0 to 1 in no order that a schedule could profit from: the golden ratio's multiples. */
const fraction = (i: number): number => (i * 0.618_033_988_749_894_9) % 1;

/** `count` numbers, each tried by a task that sleeps up to `longestMs`; a result is a pair of a boolean and a number. */
export function mapWorkload(count: number, longestMs: number, shortestMs = 0): Workload {
  const hash = '0123456789abcdef0123456789abcdef';
  const op = `fn:${hash}#tryNumber`;
  const prefix = `tryNumber-${hash}`;
  const numbers = Array.from({ length: count }, (_, i) => i);
  const starts = Array.from({ length: Math.ceil(count / PORTION) }, (_, i) => i * PORTION);
  return {
    submissions: starts.map((start) => {
      const column = numbers.slice(start, start + PORTION);
      const columns = [column, column.map(fraction), column.map(() => PORTION)];
      // Code is as long as that of a function of twenty lines.
      const graph = {
        layers: [{ kind: 'map', prefix, op, columns, start } as const],
        code: { [hash]: 'x'.repeat(1000) },
      };
      return { graph, tasks: column.length };
    }),
    wanted: count,
    run: ({ params }): Ran => {
      const at = (params as readonly number[])[1]!;
      return { ms: shortestMs + (longestMs - shortestMs) * at, nbytes: 32, value: [true, 123.456] };
    },
  };
}

/** The digits of the main program: half of them, 64 columns. */
const SHAPE = [898, 64] as const;
const FOLDS = 5;

/** What a task of a search takes, and how large its result is, by the name of its operation. */
const searchTasks: Readonly<Record<string, (task: Assignment) => Ran>> = {
  value: ({ params }) => ({ ms: 0.1, nbytes: bytesOfValue(params), value: null }),
  // Half a second to one and a half, by candidate and fold; a model is some hundred support vectors.
  fit: ({ params }) => ({ ms: 500 + 1000 * fraction((params as { nth: number }).nth), nbytes: 100_000, value: null }),
  predict: () => ({ ms: 20, nbytes: 1000, value: new Int32Array(180) }),
  score: () => ({ ms: 2, nbytes: 100, value: { fitMs: 1000, ms: 2, scores: { score: 0.97 } } }),
};

/** A search of `candidates` by {@link FOLDS}-fold cross-validation, with an estimator whose fits share nothing. */
export function searchWorkload(candidates: number): Workload {
  const X: Block<'float64'> = { dtype: 'float64', shape: SHAPE, data: new Float64Array(SHAPE[0] * SHAPE[1]) };
  const codes = Int32Array.from({ length: SHAPE[0] }, (_, row) => row % 10);
  const rows = [...codes.keys()];
  const splits = Array.from({ length: FOLDS }, (_, fold) => ({
    train: Int32Array.from(rows.filter((row) => row % FOLDS !== fold)),
    test: Int32Array.from(rows.filter((row) => row % FOLDS === fold)),
  }));
  const plan = planSearch(
    ({ graph, X: x, y, trainingSets, candidates: all }) =>
      all.map((params, candidate) =>
        trainingSets.map((train, fold) => {
          const nth = candidate * FOLDS + fold;
          const fit = graph.add('learn/model.js#fit', { params, nth }, [x, y, train]);
          return { fit, predict: (test) => graph.add('learn/model.js#predict', null, [fit, x, test]) };
        }),
      ),
    {
      ...{ X, y: { classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], codes }, splits },
      candidates: Array.from({ length: candidates }, (_, i) => ({ C: 1 + i, gamma: 1e-3, kernel: 'rbf' })),
      ...{ scorers: { score: 'accuracy' }, trainScores: false },
    },
  );
  const keys = plan.cells.flatMap((cells) => cells.map(({ testScore }) => testScore!));
  const tasks = (plan.graph.layers[0] as { readonly tasks: readonly Task[] }).tasks.length;
  return {
    submissions: [{ graph: plan.graph, keys, tasks }],
    wanted: keys.length,
    run: (task) => searchTasks[task.op.slice(task.op.indexOf('#') + 1)]!(task),
  };
}

function bytesOfValue(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const { data, codes } = value as { data?: Float64Array; codes?: Int32Array };
  return (data ?? codes)!.byteLength;
}
