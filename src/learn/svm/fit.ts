/**
 * C-SVC for any number of classes: one binary problem for every pair of classes (one-versus-one), in libsvm's order,
 * joined into libsvm's table of dual coefficients.
 */
import { type ArrayOf, allocate, type Block, block, type DType } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import type { KernelSource } from './kernels.js';
import { type BinaryProblem, type BinarySolution, solve } from './solver.js';

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

export type BinarySolver = (problem: BinaryProblem, buffer?: Float32Array) => BinarySolution;

/** Every unordered pair of classes in libsvm's order. */
export function* pairsOf(classes: number): Generator<readonly [pair: number, first: number, second: number]> {
  let pair = 0;
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) yield [pair++, first, second];
  }
}

/**
 * The state of C-SVC fitted to rows `rows` of the data behind `source`, whose class codes are `codes` (of all its rows).
 * `smaller` is the state of a fit that differs in a smaller C only; what it proves to be equal is copied from it.
 * Raises {@link InputError} where there are fewer than two classes.
 */
export function fit(
  source: KernelSource,
  rows: Int32Array,
  codes: Int32Array,
  options: FitOptions,
  smaller?: SvcState,
  solveBinary: BinarySolver = solve,
): SvcState {
  const groups = groupByClass(rows, codes);
  const pairs = [...pairsOf(groups.classes.length)];
  const copied = smaller && pairCoefficients(smaller, groups);
  let buffer: Float32Array | undefined;
  const solutions = pairs.map(([pair, first, second]) => {
    if (smaller?.unbounded[pair] === 1) {
      return {
        coef: copied!(first, second),
        rho: smaller.rho[pair],
        iterations: smaller.iterations[pair],
        timedOut: smaller.timedOut[pair] === 1,
        unbounded: true,
      };
    }
    const problem = binaryProblem(source, rows, groups, options, first, second);
    buffer = lend(buffer, problem);
    return solveBinary(problem, buffer);
  });
  return joinPairs(groups, rows, pairs, solutions, options.gamma);
}

/** Positions in a training set, class by class. */
interface Groups {
  readonly classes: Int32Array;
  readonly positions: readonly Int32Array[];
  readonly total: number;
}

function groupByClass(rows: Int32Array, codes: Int32Array): Groups {
  const members = new Map<number, number[]>();
  rows.forEach((row, position) => {
    const group = members.get(codes[row]);
    if (group) group.push(position);
    else members.set(codes[row], [position]);
  });
  if (members.size < 2) {
    throw new InputError(`The number of classes has to be greater than one; got ${members.size} class`);
  }
  const classes = shared('int32', Int32Array.from(members.keys()).sort());
  const positions = Array.from(classes, (code) => Int32Array.from(members.get(code)!));
  return { classes, positions, total: rows.length };
}

function binaryProblem(
  source: KernelSource,
  rows: Int32Array,
  { classes, positions, total }: Groups,
  options: FitOptions,
  first: number,
  second: number,
): BinaryProblem {
  const positives = positions[first].length;
  const items = new Int32Array(positives + positions[second].length);
  positions[first].forEach((position, k) => {
    items[k] = rows[position];
  });
  positions[second].forEach((position, k) => {
    items[positives + k] = rows[position];
  });
  const boundOf = (k: number) =>
    options.C * options.classWeight(classes[k], positions[k].length, total, classes.length);
  return {
    source,
    items,
    positives,
    bounds: [boundOf(first), boundOf(second)],
    tol: options.tol,
    maxIter: options.maxIter,
    shrinking: options.shrinking,
    cacheRows: Math.floor((options.cacheSize * 2 ** 20) / (4 * items.length)),
  };
}

/** A buffer for the kernel rows of `problem`: `buffer` itself where it is large enough. */
function lend(buffer: Float32Array | undefined, { items, cacheRows }: BinaryProblem): Float32Array {
  const length = items.length * Math.max(2, Math.min(cacheRows, items.length));
  return buffer && buffer.length >= length ? buffer : new Float32Array(length);
}

const coefRow = (own: number, other: number): number => (other > own ? other - 1 : other);

/** yα of every item of a pair, read back from a state on the same training set. */
function pairCoefficients(state: SvcState, { positions }: Groups): (first: number, second: number) => Float64Array {
  const [, nSV] = state.dualCoef.shape as [number, number];
  const offsets = offsetsOf(state.nSupport);
  const read = (own: number, other: number, out: Float64Array, start: number): void => {
    let sv = offsets[own];
    const row = coefRow(own, other) * nSV;
    for (let k = 0; k < positions[own].length; k++) {
      if (sv < offsets[own + 1] && state.support[sv] === positions[own][k]) {
        out[start + k] = state.dualCoef.data[row + sv++];
      }
    }
  };
  return (first, second) => {
    const coef = new Float64Array(positions[first].length + positions[second].length);
    read(first, second, coef, 0);
    read(second, first, coef, positions[first].length);
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
  { classes, positions }: Groups,
  rows: Int32Array,
  pairs: readonly (readonly [number, number, number])[],
  solutions: readonly BinarySolution[],
  gamma: number,
): SvcState {
  const supports = positions.map((group) => new Uint8Array(group.length));
  const mark = (group: number, coef: Float64Array, start: number): void => {
    const marks = supports[group];
    for (let k = 0; k < marks.length; k++) if (coef[start + k] !== 0) marks[k] = 1;
  };
  for (const [pair, first, second] of pairs) {
    mark(first, solutions[pair].coef, 0);
    mark(second, solutions[pair].coef, positions[first].length);
  }
  const nSupport = shared(
    'int32',
    supports.map((marks) => marks.reduce((count, marked) => count + marked, 0)),
  );
  const offsets = offsetsOf(nSupport);
  const nSV = offsets[nSupport.length];
  const support = allocate('int32', nSV);
  let sv = 0;
  for (const [group, marks] of supports.entries()) {
    for (let k = 0; k < marks.length; k++) if (marks[k]) support[sv++] = positions[group][k];
  }

  const dualCoef = allocate('float64', (classes.length - 1) * nSV);
  const write = (own: number, other: number, coef: Float64Array, start: number): void => {
    const marks = supports[own];
    let at = coefRow(own, other) * nSV + offsets[own];
    for (let k = 0; k < marks.length; k++) if (marks[k]) dualCoef[at++] = coef[start + k];
  };
  for (const [pair, first, second] of pairs) {
    write(first, second, solutions[pair].coef, 0);
    write(second, first, solutions[pair].coef, positions[first].length);
  }
  return {
    classes,
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
