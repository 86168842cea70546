import type { Block } from '../../src/arrow/block.js';
import { takeRows } from '../../src/arrow/take.js';
import { type GraphRunner, localRunner } from '../../src/client/local-runner.js';
import type { Op, OpRef } from '../../src/graph/task.js';
import {
  type FitOutcome,
  fitOutcome,
  type Labels,
  type Params,
  type PlannedFit,
  type PlansFits,
  predictionOf,
  type SearchProblem,
} from '../../src/learn/estimator.js';
import { labelsAt } from '../../src/learn/labels.js';
import { resolveOp } from '../../src/worker/ops.js';
import { NearestCentroid } from './nearest-centroid.js';

/** Unshrunk centroids depend on the rows only, fits on `shrink` too, predictions on `power` as well. */
export class PlannedCentroid extends NearestCentroid implements PlansFits {
  planFits({ graph, X, y, trainingSets, candidates }: SearchProblem): PlannedFit[][] {
    return candidates.map(({ power, shrink, limit }) =>
      trainingSets.map((rows) => {
        const centroids = graph.add('test:centroids', null, [X, y, rows], { retain: true });
        const fit = graph.add('test:shrunk', { shrink, limit }, [centroids]);
        return { fit, predict: (testRows) => graph.add('test:predict', { power }, [fit, X, testRows]) };
      }),
    );
  }

  fromState(params: Params, state: unknown, _X: Block, y: Labels): PlannedCentroid {
    const fitted = new PlannedCentroid(params);
    fitted.classes_ = [...y.classes];
    fitted.centroids_ = state as number[][];
    return fitted;
  }
}

const ops: Readonly<Record<OpRef, Op>> = {
  'test:centroids': (_: null, X: Block, y: Labels, rows: Int32Array) =>
    new NearestCentroid().fit(takeRows(X, rows), labelsAt(y, rows)).centroids_,
  'test:shrunk': ({ shrink, limit }: { shrink: number; limit: number }, centroids: number[][]) =>
    fitOutcome(() => {
      if (shrink >= limit) throw new RangeError(`shrink ${shrink} is not below ${limit}`);
      return centroids.map((centroid) => centroid.map((value) => value * (1 - shrink)));
    }),
  'test:predict': (params: Params, fit: FitOutcome<number[][]>, X: Block, rows: Int32Array) =>
    predictionOf(fit, (centroids) => {
      const model = new NearestCentroid(params);
      model.classes_ = centroids.map((_, code) => code);
      model.centroids_ = centroids;
      return { codes: Int32Array.from(model.predict(takeRows(X, rows)) as number[]) };
    }),
};

export interface RecordingRunner extends GraphRunner {
  /** How many tasks of each operation have run. */
  readonly ran: Record<OpRef, number>;
  /** Futures given out and not released. */
  held(): number;
  /** The number of tasks of each graph computed. */
  readonly graphSizes: number[];
}

/** What a search sees of a client, with counts of what has run. */
export function recordingRunner(): RecordingRunner {
  const ran: Record<OpRef, number> = {};
  const graphSizes: number[] = [];
  let held = 0;
  const runner = localRunner(async (ref) => {
    const op = ops[ref] ?? (await resolveOp(ref));
    return (params, ...inputs) => {
      ran[ref] = (ran[ref] ?? 0) + 1;
      return op(params, ...inputs);
    };
  });
  return {
    ran,
    graphSizes,
    held: () => held,
    submitGraph(graph, keys) {
      graphSizes.push(graph.layers.reduce((n, layer) => n + (layer.kind === 'tasks' ? layer.tasks.length : 0), 0));
      return runner.submitGraph(graph, keys).map((future) => {
        let isHeld = true;
        held++;
        const release = () => {
          if (isHeld) held--;
          isHeld = false;
          future.release();
        };
        return { ...future, release };
      });
    },
  };
}
