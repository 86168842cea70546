/**
 * C-SVC for any number of classes: one binary problem for every pair of classes (one-versus-one), in libsvm's order,
 * joined into libsvm's table of dual coefficients.
 */
import { type ArrayOf, allocate, type Block, block, type DType } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import { padded } from './row-cache.js';
import { type BinaryProblem, createWorkspace, slotsFor, type Workspace } from './shrinking.js';
import { type BinarySolution, solve } from './solver.js';
import type { KernelSource } from './sources.js';

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

/** Every unordered pair of classes in libsvm's order. */
export function* pairsOf(classes: number): Generator<readonly [pair: number, first: number, second: number]> {
  let pair = 0;
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) yield [pair++, first, second];
  }
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
  const members = new Map<number, number[]>();
  rows.forEach((row, position) => {
    const group = members.get(codes[row]);
    if (group) group.push(position);
    else members.set(codes[row], [position]);
  });
  if (members.size < 2) {
    throw new InputError(`The number of classes has to be greater than one; got ${members.size} class`);
  }
  const classes = Int32Array.from(members.keys()).sort();
  const groups = Array.from(classes, (code) => members.get(code)!);
  const offsets = offsetsOf(Int32Array.from(groups, (group) => group.length));
  return { classes, positions: Int32Array.from(groups.flat()), offsets };
}

/**
 * The state of C-SVC fitted to rows `rows` of the data of `source`, grouped as `groups` says. `smaller` is the state of a fit that differs in a smaller C only; what it proves to be equal
 * is copied from it.
 */
export function fit(
  source: KernelSource,
  groups: Groups,
  rows: Int32Array,
  options: FitOptions,
  smaller?: SvcState,
  solveBinary: BinarySolver = solve,
): SvcState {
  const pairs = [...pairsOf(groups.classes.length)];
  const copied = smaller && pairCoefficients(smaller, groups);
  const problems = pairs.map(([pair, first, second]) =>
    smaller?.unbounded[pair] === 1 ? undefined : binaryProblem(source, rows, groups, options, first, second),
  );
  const workspace = workspaceFor(problems.filter((problem) => problem !== undefined));
  const solutions = pairs.map(([pair, first, second]) => {
    const problem = problems[pair];
    if (problem) return solveBinary(problem, workspace);
    return {
      coef: copied!(first, second),
      rho: smaller!.rho[pair],
      iterations: smaller!.iterations[pair],
      timedOut: smaller!.timedOut[pair] === 1,
      unbounded: true,
    };
  });
  return joinPairs(groups, rows, pairs, solutions, options.gamma);
}

function workspaceFor(problems: readonly BinaryProblem[]): Workspace {
  let capacity = 0;
  let values = 0;
  for (const problem of problems) {
    capacity = Math.max(capacity, problem.rows.length);
    values = Math.max(values, padded(problem.rows.length) * slotsFor(problem));
  }
  return createWorkspace(capacity, values);
}

function binaryProblem(
  source: KernelSource,
  trainingRows: Int32Array,
  { classes, positions, offsets }: Groups,
  { C, classWeight, cacheSize, tol, maxIter, shrinking }: FitOptions,
  first: number,
  second: number,
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

/** yα of every item of a pair, read back from a state on the same training set. */
function pairCoefficients(
  state: SvcState,
  { positions, offsets }: Groups,
): (first: number, second: number) => Float64Array {
  const [, nSV] = state.dualCoef.shape as [number, number];
  const supportOffsets = offsetsOf(state.nSupport);
  const read = (own: number, other: number, out: Float64Array, start: number): void => {
    let sv = supportOffsets[own];
    const row = coefRow(own, other) * nSV;
    for (let k = offsets[own]; k < offsets[own + 1]; k++) {
      if (sv < supportOffsets[own + 1] && state.support[sv] === positions[k]) {
        out[start + k - offsets[own]] = state.dualCoef.data[row + sv++];
      }
    }
  };
  return (first, second) => {
    const positives = offsets[first + 1] - offsets[first];
    const coef = new Float64Array(positives + offsets[second + 1] - offsets[second]);
    read(first, second, coef, 0);
    read(second, first, coef, positives);
    return coef;
  };
}

/** Where the support vectors of each class begin, and after them their number. */
export function offsetsOf(nSupport: Int32Array): Int32Array {
  const offsets = new Int32Array(nSupport.length + 1);
  for (let k = 0; k < nSupport.length; k++) offsets[k + 1] = offsets[k] + nSupport[k];
  return offsets;
}

function joinPairs(
  { classes, positions, offsets }: Groups,
  rows: Int32Array,
  pairs: readonly (readonly [number, number, number])[],
  solutions: readonly BinarySolution[],
  gamma: number,
): SvcState {
  const isSupport = new Uint8Array(positions.length);
  const mark = (own: number, coef: Float64Array, start: number): void => {
    const at = offsets[own];
    for (let k = at; k < offsets[own + 1]; k++) if (coef[start + k - at] !== 0) isSupport[k] = 1;
  };
  for (const [pair, first, second] of pairs) {
    mark(first, solutions[pair].coef, 0);
    mark(second, solutions[pair].coef, offsets[first + 1] - offsets[first]);
  }
  const nSupport = allocate('int32', classes.length);
  for (let own = 0; own < classes.length; own++) {
    for (let k = offsets[own]; k < offsets[own + 1]; k++) nSupport[own] += isSupport[k];
  }
  const supportOffsets = offsetsOf(nSupport);
  const nSV = supportOffsets[classes.length];
  const support = allocate('int32', nSV);
  let sv = 0;
  for (let k = 0; k < positions.length; k++) if (isSupport[k]) support[sv++] = positions[k];

  const dualCoef = allocate('float64', (classes.length - 1) * nSV);
  const write = (own: number, other: number, coef: Float64Array, start: number): void => {
    let at = coefRow(own, other) * nSV + supportOffsets[own];
    for (let k = offsets[own]; k < offsets[own + 1]; k++) {
      if (isSupport[k]) dualCoef[at++] = coef[start + k - offsets[own]];
    }
  };
  for (const [pair, first, second] of pairs) {
    write(first, second, solutions[pair].coef, 0);
    write(second, first, solutions[pair].coef, offsets[first + 1] - offsets[first]);
  }
  return {
    classes: shared('int32', classes),
    support,
    supportRows: shared(
      'int32',
      Array.from(support, (position) => rows[position]),
    ),
    nSupport,
    dualCoef: block('float64', [classes.length - 1, nSV], dualCoef),
    rho: shared(
      'float64',
      solutions.map(({ rho }) => rho),
    ),
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

function shared<D extends DType>(dtype: D, values: ArrayLike<number>): ArrayOf<D> {
  const out = allocate(dtype, values.length);
  out.set(values);
  return out;
}
