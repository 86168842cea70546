/**
 * C-SVC for any number of classes: one binary problem for every pair of classes (one-versus-one), in libsvm's order,
 * joined into libsvm's table of dual coefficients.
 */
import { allocate, type Block, block, type NumericDType } from '../../arrow/block.js';
import type { ArrayOf } from '../../arrow/dtype.js';
import { InputError } from '../../util/errors.js';
import { padded } from './row-cache.js';
import { type BinaryProblem, slotsFor } from './shrinking.js';
import { type BinarySolution, solve } from './solver.js';
import type { KernelSource } from './sources.js';
import { createWorkspace, type Workspace } from './workspace.js';

/** What a fit learns: plain data. */
export interface SvcState {
  /** Codes of the classes that occur in the training set, ascending. */
  readonly classes: Int32Array;
  /** Positions of the support vectors in the training set, grouped by class. */
  readonly support: Int32Array;
  /** Their rows in the data that the training set was taken from. */
  readonly supportRows: Int32Array;
  readonly nSupport: Int32Array;
  /**
   * [classes − 1, support vectors]: yα of a support vector of class i in the problem against class j stands in row
   * j − 1 where j > i and in row j where j < i.
   */
  readonly dualCoef: Block<'float64'>;
  /** ρ of every pair (0, 1), (0, 2), … (1, 2), …: the decision value is Σ yα·K − ρ, positive for the first class. */
  readonly rho: Float64Array;
  readonly iterations: Int32Array;
  /** 1 for pairs that `maxIter` stopped. */
  readonly timedOut: Uint8Array;
  /** 1 for pairs that no bound ever touched, so that they have the same solution for every larger C. */
  readonly unbounded: Uint8Array;
  /** Every pair was copied from the fit at a smaller C: the two are one model. */
  readonly isCopy: boolean;
  /** The γ that was used, after 'scale' and 'auto' became numbers. */
  readonly gamma: number;
}

export interface FitOptions {
  readonly C: number;
  readonly gamma: number;
  readonly tol: number;
  readonly maxIter: number;
  readonly shrinking: boolean;
  /** Megabytes of kernel rows to keep. */
  readonly cacheSize: number;
  /** The factor on C by class code; 1 where there is none. */
  readonly classWeight: (code: number, count: number, total: number, classes: number) => number;
}

export type BinarySolver = (problem: BinaryProblem, workspace: Workspace) => BinarySolution;

export interface Pair {
  readonly first: number;
  readonly second: number;
}

/** Every unordered pair of classes in libsvm's order. */
export function pairsOf(classes: number): Pair[] {
  const pairs: Pair[] = [];
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) pairs.push({ first, second });
  }
  return pairs;
}

/** A training set with the members of each class together, as libsvm orders it. */
export interface Groups {
  /** Codes of the classes that occur, ascending. */
  readonly classes: Int32Array;
  /** Positions in the training set, class by class and ascending within each. */
  readonly positions: Int32Array;
  /** Where each class begins in `positions`, and after them the end. */
  readonly offsets: Int32Array;
}

/** Groups a training set by class. Raises {@link InputError} where there are fewer than two. */
export function groupByClass(rows: Int32Array, codes: Int32Array): Groups {
  let codesEnd = 0;
  for (let k = 0; k < rows.length; k++) codesEnd = Math.max(codesEnd, codes[rows[k]] + 1);
  const counts = new Int32Array(codesEnd);
  for (let k = 0; k < rows.length; k++) counts[codes[rows[k]]]++;
  const classes = Int32Array.from(counts.keys()).filter((code) => counts[code] > 0);
  if (classes.length < 2) {
    throw new InputError(`The number of classes has to be greater than one; got ${classes.length} class`);
  }
  const offsets = offsetsOf(classes.map((code) => counts[code]));
  // Counting sort: `counts` becomes the next free place of each class.
  classes.forEach((code, k) => {
    counts[code] = offsets[k];
  });
  const positions = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) positions[counts[codes[rows[k]]]++] = k;
  return { classes, positions, offsets };
}

/**
 * The state of C-SVC fitted to rows `rows` of the data of `source`, grouped as `groups` says. `smaller` is the state of a
 * fit that differs in a smaller C only; what it proves to be equal is copied from it.
 */
export function fit(
  source: KernelSource,
  groups: Groups,
  rows: Int32Array,
  options: FitOptions,
  smaller?: SvcState,
  solveBinary: BinarySolver = solve,
): SvcState {
  if (smaller?.unbounded.every((flag) => flag === 1)) return { ...smaller, isCopy: true };
  const pairs = pairsOf(groups.classes.length);
  const problems = pairs.map((pair, p) =>
    smaller?.unbounded[p] === 1 ? undefined : binaryProblem(source, rows, groups, options, pair),
  );
  const workspace = workspaceFor(
    problems.filter((problem) => problem !== undefined),
    source,
  );
  const solutions = problems.map((problem, p) =>
    problem ? solveBinary(problem, workspace) : copySolution(smaller!, groups, pairs[p], p),
  );
  return joinPairs(groups, rows, pairs, solutions, options.gamma);
}

function workspaceFor(problems: readonly BinaryProblem[], { matrix }: KernelSource): Workspace {
  let capacity = 0;
  let values = 0;
  for (const problem of problems) {
    capacity = Math.max(capacity, problem.rows.length);
    values = Math.max(values, padded(problem.rows.length) * slotsFor(problem));
  }
  return createWorkspace(capacity, values, matrix);
}

function binaryProblem(
  source: KernelSource,
  trainingRows: Int32Array,
  { classes, positions, offsets }: Groups,
  { C, classWeight, cacheSize, tol, maxIter, shrinking }: FitOptions,
  { first, second }: Pair,
): BinaryProblem {
  const sizeOf = (k: number) => offsets[k + 1] - offsets[k];
  const positives = sizeOf(first);
  const rows = new Int32Array(positives + sizeOf(second));
  for (let k = 0; k < rows.length; k++) {
    rows[k] = trainingRows[positions[k < positives ? offsets[first] + k : offsets[second] + k - positives]];
  }
  const boundOf = (k: number) => C * classWeight(classes[k], sizeOf(k), offsets[classes.length], classes.length);
  return {
    source,
    rows,
    positives,
    bounds: [boundOf(first), boundOf(second)],
    tol,
    maxIter,
    shrinking,
    cacheRows: Math.floor((cacheSize * 2 ** 20) / (4 * rows.length)),
  };
}

const coefRow = (own: number, other: number): number => (other > own ? other - 1 : other);

/** The solution of a pair, read back from a state on the same training set. */
function copySolution(state: SvcState, groups: Groups, { first, second }: Pair, p: number): BinarySolution {
  const { offsets } = groups;
  const positives = offsets[first + 1] - offsets[first];
  const coef = new Float64Array(positives + offsets[second + 1] - offsets[second]);
  readCoef(state, groups, first, second, coef, 0);
  readCoef(state, groups, second, first, coef, positives);
  return {
    coef,
    rho: state.rho[p],
    iterations: state.iterations[p],
    timedOut: state.timedOut[p] === 1,
    unbounded: true,
  };
}

function readCoef(
  { nSupport, support, dualCoef }: SvcState,
  { positions, offsets }: Groups,
  own: number,
  other: number,
  coef: Float64Array,
  start: number,
): void {
  const supportOffsets = offsetsOf(nSupport);
  const row = coefRow(own, other) * support.length;
  let sv = supportOffsets[own];
  for (let k = offsets[own]; k < offsets[own + 1]; k++) {
    if (sv < supportOffsets[own + 1] && support[sv] === positions[k]) {
      coef[start + k - offsets[own]] = dualCoef.data[row + sv++];
    }
  }
}

/** Where the support vectors of each class begin, and after them their number. */
export function offsetsOf(nSupport: Int32Array): Int32Array {
  const offsets = new Int32Array(nSupport.length + 1);
  for (let k = 0; k < nSupport.length; k++) offsets[k + 1] = offsets[k] + nSupport[k];
  return offsets;
}

function joinPairs(
  groups: Groups,
  rows: Int32Array,
  pairs: readonly Pair[],
  solutions: readonly BinarySolution[],
  gamma: number,
): SvcState {
  const { classes, positions, offsets } = groups;
  const isSupport = new Uint8Array(positions.length);
  pairs.forEach(({ first, second }, p) => {
    markSupport(isSupport, offsets, first, solutions[p].coef, 0);
    markSupport(isSupport, offsets, second, solutions[p].coef, offsets[first + 1] - offsets[first]);
  });
  const nSupport = allocate('int32', classes.length);
  for (let own = 0; own < classes.length; own++) {
    for (let k = offsets[own]; k < offsets[own + 1]; k++) nSupport[own] += isSupport[k];
  }
  const support = shared(
    'int32',
    positions.filter((_, k) => isSupport[k] === 1),
  );
  const dualCoef = allocate('float64', (classes.length - 1) * support.length);
  const supportOffsets = offsetsOf(nSupport);
  pairs.forEach(({ first, second }, p) => {
    const { coef } = solutions[p];
    const rowOfFirst = coefRow(first, second) * support.length + supportOffsets[first];
    const rowOfSecond = coefRow(second, first) * support.length + supportOffsets[second];
    writeCoef(dualCoef, rowOfFirst, isSupport, offsets, first, coef, 0);
    writeCoef(dualCoef, rowOfSecond, isSupport, offsets, second, coef, offsets[first + 1] - offsets[first]);
  });
  return {
    classes: shared('int32', classes),
    support,
    supportRows: shared(
      'int32',
      Array.from(support, (position) => rows[position]),
    ),
    nSupport,
    dualCoef: block('float64', [classes.length - 1, support.length], dualCoef),
    rho: shared(
      'float64',
      solutions.map(({ rho }) => rho),
    ),
    isCopy: false,
    iterations: shared(
      'int32',
      solutions.map(({ iterations }) => iterations),
    ),
    timedOut: shared(
      'uint8',
      solutions.map(({ timedOut }) => Number(timedOut)),
    ),
    unbounded: shared(
      'uint8',
      solutions.map(({ unbounded }) => Number(unbounded)),
    ),
    gamma,
  };
}

function markSupport(isSupport: Uint8Array, offsets: Int32Array, own: number, coef: Float64Array, start: number): void {
  const begin = offsets[own];
  const end = offsets[own + 1];
  for (let k = begin; k < end; k++) if (coef[start + k - begin] !== 0) isSupport[k] = 1;
}

function writeCoef(
  dualCoef: Float64Array,
  row: number,
  isSupport: Uint8Array,
  offsets: Int32Array,
  own: number,
  coef: Float64Array,
  start: number,
): void {
  const begin = offsets[own];
  const end = offsets[own + 1];
  let at = row;
  for (let k = begin; k < end; k++) if (isSupport[k] === 1) dualCoef[at++] = coef[start + k - begin];
}

function shared<D extends NumericDType>(dtype: D, values: ArrayLike<number>): ArrayOf<D> {
  const out = allocate(dtype, values.length);
  out.set(values);
  return out;
}
