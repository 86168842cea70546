/**
 * What model search asks of an estimator: scikit-learn's four methods, and, from one that knows how to share work
 * between fits, how to lower many fits at once to tasks.
 */
import type { Block } from '../arrow/block.js';
import type { GraphBuilder } from '../graph/graph.js';
import type { Key } from '../graph/task.js';

export type Params = Readonly<Record<string, unknown>>;
export type Label = string | number;

/** Class labels as codes into the sorted list of distinct classes. */
export interface Labels {
  readonly classes: readonly Label[];
  /** int32 indices into `classes`. */
  readonly codes: Int32Array;
}

/** A classifier: the constructor only stores parameters, `fit` learns. Either may be asynchronous. */
export interface Estimator {
  fit(X: Block, y: readonly Label[]): unknown;
  predict(X: Block): ArrayLike<Label> | Promise<ArrayLike<Label>>;
  getParams(): Params;
  setParams(params: Params): unknown;
}

/** Why something has no result, as plain data. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** What a fit task yields: the learned state, or the reason why there is none, and how long it took. */
export interface FitOutcome<State = unknown> {
  readonly ms: number;
  readonly state?: State;
  readonly error?: Failure;
}

/**
 * What a prediction task yields: labels for the rows, as codes or as they are, or the reason why there are none, and
 * what is to be told of the fit, so that nobody has to ask for the fit itself.
 */
export interface Prediction {
  readonly fitMs: number;
  readonly fitError?: Failure;
  readonly ms: number;
  readonly codes?: Int32Array;
  readonly labels?: ArrayLike<Label>;
  readonly error?: Failure;
}

/** The data of a search, as keys of the graph under construction. */
export interface SearchProblem {
  readonly graph: GraphBuilder;
  /** A float64 Block [rows, columns]. */
  readonly X: Key;
  readonly shape: readonly [rows: number, columns: number];
  /** {@link Labels} of every row. */
  readonly y: Key;
  /** One int32 array of row numbers per training set. */
  readonly trainingSets: readonly Key[];
  /** Complete parameter sets, one per candidate. */
  readonly candidates: readonly Params[];
}

/** One candidate on one training set. */
export interface PlannedFit {
  /** The key of a {@link FitOutcome}. */
  readonly fit: Key;
  /** Adds the task that predicts rows of X (an int32 array of row numbers) and returns the key of a {@link Prediction}. */
  predict(rows: Key): Key;
}

/**
 * An estimator that lowers its own fits, so that equal parts of them run once. Only parts that differ in content get
 * tasks of their own: the graph builder names tasks by content, so sharing needs no bookkeeping.
 */
export interface PlansFits extends Estimator {
  /** The planned fits, one row per candidate, one column per training set. All at once, so that fits may build on one another. */
  planFits(problem: SearchProblem): PlannedFit[][];
  /** A fitted estimator with the parameters of `params` from the state of a fit on rows `rows` of X. */
  fromState(params: Params, state: unknown, X: Block, y: Labels): Estimator;
}

export const plansFits = (estimator: Estimator): estimator is PlansFits =>
  'planFits' in estimator && 'fromState' in estimator;

/** Runs `fit` and tells what came of it; an error is an outcome too, never a failed task. */
export async function fitOutcome<State>(fit: () => State | Promise<State>): Promise<FitOutcome<State>> {
  const start = performance.now();
  try {
    const state = await fit();
    return { ms: performance.now() - start, state };
  } catch (error) {
    return { ms: performance.now() - start, error: failureOf(error) };
  }
}

/** Predicts with the state of `fit`, if it has one, and tells what came of both. */
export async function predictionOf<State>(
  fit: FitOutcome<State>,
  predict: (state: State) => Pick<Prediction, 'codes' | 'labels'> | Promise<Pick<Prediction, 'codes' | 'labels'>>,
): Promise<Prediction> {
  if (fit.error) return { fitMs: fit.ms, fitError: fit.error, ms: 0 };
  const start = performance.now();
  try {
    const predicted = await predict(fit.state as State);
    return { fitMs: fit.ms, ms: performance.now() - start, ...predicted };
  } catch (error) {
    return { fitMs: fit.ms, ms: performance.now() - start, error: failureOf(error) };
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}
