export { fixed, pythonRepr, timedelta } from '../util/format.js';
export { clone } from './clone.js';
export { type Dataset, type Digits, datasets } from './datasets.js';
export type {
  Estimator,
  FitOutcome,
  Label,
  Labels,
  Params,
  PlannedFit,
  PlansFits,
  SearchProblem,
} from './estimator.js';
export type { MatrixLike } from './input.js';
export type { LabelsLike } from './labels.js';
export { accuracyScore } from './metrics/accuracy.js';
export { classificationReport } from './metrics/classification-report.js';
export { balancedAccuracyScore, confusionMatrix } from './metrics/confusion-matrix.js';
export {
  f1Score,
  fbetaScore,
  precisionRecallFscoreSupport,
  precisionScore,
  recallScore,
} from './metrics/precision-recall.js';
export { makeScorer, type ScorerName, scorers } from './metrics/scorers.js';
export { crossValidate } from './ml/cross-validate.js';
export { fromMl } from './ml/from-ml.js';
export type { KFoldOptions } from './model-selection/base-k-fold.js';
export { GridSearchCV, type SearchEvents } from './model-selection/grid-search.js';
export { KFold } from './model-selection/k-fold.js';
export { type Grid, parameterGrid } from './model-selection/parameter-grid.js';
export type { GridSearchOptions } from './model-selection/prepare.js';
export type { CvResults } from './model-selection/results.js';
export type { Split, Splitter } from './model-selection/split.js';
export { StratifiedKFold } from './model-selection/stratified-k-fold.js';
export { trainTestSplit } from './model-selection/train-test-split.js';
export { SVC } from './svm/svc.js';
