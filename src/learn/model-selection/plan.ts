/**
 * A search as one task graph: the data and the row sets as values; fits as the estimator plans them, one per candidate
 * and split; predictions of the test rows, and their scores; at last the winner's fit on all rows.
 *
 * Every task is named by its content, so candidates that come to the same fit share it, and the refit builds on what
 * the search has computed.
 */
import type { Block } from '../../arrow/block.js';
import { type Graph, GraphBuilder } from '../../graph/graph.js';
import type { Key } from '../../graph/task.js';
import type { Labels, Params, PlansFits } from '../estimator.js';
import type { Split } from './split.js';

/** The keys of one candidate on one split. */
export interface PlannedCell {
  /** A FitOutcome with the learned state. */
  readonly fit: Key;
  /** ScoreOutcomes; undefined where no task scores. */
  readonly testScore: Key | undefined;
  readonly trainScore: Key | undefined;
}

export interface SearchPlan {
  readonly graph: Graph;
  /** `cells[candidate][split]`. */
  readonly cells: readonly (readonly PlannedCell[])[];
  /** Adds the fit of one candidate on all rows: the graph with it, and its key. */
  refit(candidate: number): { readonly graph: Graph; readonly key: Key };
}

export interface SearchSpecification {
  readonly X: Block<'float64'>;
  readonly y: Labels;
  readonly splits: readonly Split[];
  /** Complete parameter sets. */
  readonly candidates: readonly Params[];
  /** Metric -> scorer's name; tasks score these only. */
  readonly scorers: Readonly<Record<string, string>>;
  readonly trainScores: boolean;
}

export function planSearch(planFits: PlansFits['planFits'], search: SearchSpecification): SearchPlan {
  const { X, y, splits, candidates, scorers } = search;
  const graph = new GraphBuilder();
  const xKey = graph.value('X', X);
  const yKey = graph.value('y', y);
  const rowsKey = (rows: Int32Array) => graph.value('rows', rows);
  const trainingSets = splits.map((split) => rowsKey(split.train));
  const testSets = splits.map((split) => rowsKey(split.test));
  const data = { graph, X: xKey, shape: [X.shape[0], X.shape[1]], y: yKey } as const;
  const fits = planFits({ ...data, trainingSets, candidates });
  const hasScorers = Object.keys(scorers).length > 0;
  const cells = fits.map((row) =>
    splits.map((_, split) => {
      const { fit, predict } = row[split];
      const scoreOf = (rows: Key) =>
        hasScorers
          ? graph.add('learn/model-selection/ops.js#score', { scorers }, [predict(rows), yKey, rows])
          : undefined;
      return {
        fit,
        testScore: scoreOf(testSets[split]),
        trainScore: search.trainScores ? scoreOf(trainingSets[split]) : undefined,
      };
    }),
  );
  return {
    graph: graph.build(),
    cells,
    refit(candidate) {
      const allRows = rowsKey(Int32Array.from({ length: X.shape[0] }, (_, row) => row));
      const [[{ fit }]] = planFits({ ...data, trainingSets: [allRows], candidates: [candidates[candidate]] });
      return { graph: graph.build(), key: fit };
    },
  };
}
