/**
 * Estimators that do not lower themselves to tasks: their fits take the same shape in the graph, under operations
 * that close over the estimator and therefore run in this thread only.
 */
import type { Block } from '../../arrow/block.js';
import { takeRows } from '../../arrow/take.js';
import type { Op, OpRef } from '../../graph/task.js';
import { resolveOp } from '../../worker/ops.js';
import { clone, cloneParams } from '../clone.js';
import {
  type Estimator,
  type FitOutcome,
  fitOutcome,
  type Labels,
  type Params,
  type PlansFits,
  predictionOf,
} from '../estimator.js';
import { labelsAt } from '../labels.js';

/** Plans fits of a plain estimator; `resolve` knows the operations planned. */
export interface LocalFits extends Pick<PlansFits, 'planFits' | 'fromState'> {
  readonly resolve: (op: OpRef) => Op | Promise<Op>;
}

export function localFits(estimator: Estimator): LocalFits {
  // Tasks name a candidate by its number: its parameters may be functions, which have no content hash.
  let candidates: readonly Params[] = [];
  const ops: Readonly<Record<OpRef, Op>> = {
    'local:fit': ({ candidate }: { candidate: number }, X: Block, y: Labels, rows: Int32Array) =>
      fitOutcome(async () => {
        const model = clone(estimator);
        model.setParams(cloneParams(candidates[candidate]));
        await model.fit(takeRows(X, rows), labelsAt(y, rows));
        return model;
      }),
    'local:predict': (_: null, fit: FitOutcome<Estimator>, X: Block, rows: Int32Array) =>
      predictionOf(fit, async (model) => ({ labels: await model.predict(takeRows(X, rows)) })),
  };
  return {
    planFits(problem) {
      candidates = problem.candidates;
      const { graph, X, y, trainingSets } = problem;
      return candidates.map((_, candidate) =>
        trainingSets.map((rows) => {
          const fit = graph.add('local:fit', { candidate }, [X, y, rows]);
          return { fit, predict: (testRows) => graph.add('local:predict', null, [fit, X, testRows]) };
        }),
      );
    },
    fromState: (_, state) => state as Estimator,
    resolve: (op) => ops[op] ?? resolveOp(op),
  };
}
