/**
 * Decisions from kernel values, as libsvm sums them: over the support vectors of the first class of a pair, then over
 * those of the second, then −ρ. Support vectors that a pair does not use have coefficient zero there and add nothing,
 * so the sums run over the others only.
 */
import { allocate, type Block, block } from '../../arrow/block.js';
import { offsetsOf, pairsOf, type SvcState } from './fit.js';

/** The non-zero coefficients of all pairs: those of pair p are [starts[p], starts[p + 1]). */
interface PairTerms {
  readonly starts: Int32Array;
  /** Which support vector. */
  readonly terms: Int32Array;
  readonly coef: Float64Array;
}

function pairTerms({ nSupport, dualCoef, rho }: SvcState): PairTerms {
  const [, nSV] = dualCoef.shape as [number, number];
  const offsets = offsetsOf(nSupport);
  const starts = new Int32Array(rho.length + 1);
  const terms = new Int32Array(dualCoef.data.length);
  const coef = new Float64Array(dualCoef.data.length);
  let count = 0;
  const append = (row: number, own: number): void => {
    for (let sv = offsets[own]; sv < offsets[own + 1]; sv++) {
      const value = dualCoef.data[row * nSV + sv];
      if (value === 0) continue;
      terms[count] = sv;
      coef[count++] = value;
    }
  };
  for (const [pair, first, second] of pairsOf(nSupport.length)) {
    append(second - 1, first);
    append(first, second);
    starts[pair + 1] = count;
  }
  return { starts, terms, coef };
}

/**
 * Decision values [rows, pairs] from the kernel matrix [any, n]: the kernel value of rows[t] and support vector s is
 * in row `rows[t]`, column `columns[s]`.
 */
export function pairDecisions(
  state: SvcState,
  kernel: Block<'float64'>,
  rows: Int32Array,
  columns: Int32Array,
): Block<'float64'> {
  const pairs = state.rho.length;
  const out = allocate('float64', rows.length * pairs);
  const terms = pairTerms(state);
  const nSV = columns.length;
  const n = kernel.shape[1] as number;
  const tile = new Float64Array(4 * nSV);
  for (let t = 0; t < rows.length; t += 4) {
    const count = Math.min(4, rows.length - t);
    for (let r = 0; r < count; r++) gatherColumn(kernel.data, rows[t + r] * n, columns, tile, r);
    decideTile(terms, state.rho, tile, count, out, t * pairs);
  }
  return block('float64', [rows.length, pairs], out);
}

function gatherColumn(kernel: Float64Array, at: number, columns: Int32Array, tile: Float64Array, r: number): void {
  for (let s = 0; s < columns.length; s++) tile[4 * s + r] = kernel[at + columns[s]];
}

/** Four rows at a time, whose kernel values lie side by side: each coefficient is loaded once for four sums. */
function decideTile(
  { starts, terms, coef }: PairTerms,
  rho: Float64Array,
  tile: Float64Array,
  count: number,
  out: Float64Array,
  at: number,
): void {
  const pairs = rho.length;
  for (let pair = 0; pair < pairs; pair++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = starts[pair]; k < starts[pair + 1]; k++) {
      const c = coef[k];
      const s = 4 * terms[k];
      s0 += c * tile[s];
      s1 += c * tile[s + 1];
      s2 += c * tile[s + 2];
      s3 += c * tile[s + 3];
    }
    out[at + pair] = s0 - rho[pair];
    if (count > 1) out[at + pairs + pair] = s1 - rho[pair];
    if (count > 2) out[at + 2 * pairs + pair] = s2 - rho[pair];
    if (count > 3) out[at + 3 * pairs + pair] = s3 - rho[pair];
  }
}

/** The code of the class with most votes, for every row of the decisions [rows, pairs]; the first of equals wins. */
export function vote(state: SvcState, decisions: Block<'float64'>): Int32Array {
  const [rows, pairs] = decisions.shape as [number, number];
  const classes = state.classes.length;
  const out = allocate('int32', rows);
  const votes = new Int32Array(classes);
  for (let t = 0; t < rows; t++) {
    votes.fill(0);
    let at = t * pairs;
    for (let first = 0; first < classes; first++) {
      for (let second = first + 1; second < classes; second++) votes[decisions.data[at++] > 0 ? first : second]++;
    }
    let winner = 0;
    for (let k = 1; k < classes; k++) if (votes[k] > votes[winner]) winner = k;
    out[t] = state.classes[winner];
  }
  return out;
}

/**
 * One value per class [rows, classes] from the decisions of the pairs: its votes, and within equal votes the sum of its
 * confidences squeezed into (−⅓, ⅓), as scikit-learn's `_ovr_decision_function` has it.
 */
export function oneVersusRest(state: SvcState, decisions: Block<'float64'>): Block<'float64'> {
  const [rows, pairs] = decisions.shape as [number, number];
  const classes = state.classes.length;
  const out = allocate('float64', rows * classes);
  const confidence = new Float64Array(classes);
  for (let t = 0; t < rows; t++) {
    confidence.fill(0);
    let at = t * pairs;
    for (let first = 0; first < classes; first++) {
      for (let second = first + 1; second < classes; second++) {
        const decision = decisions.data[at++];
        confidence[first] += decision;
        confidence[second] -= decision;
        out[t * classes + (decision < 0 ? second : first)]++;
      }
    }
    for (let k = 0; k < classes; k++) {
      out[t * classes + k] += confidence[k] / (3 * (Math.abs(confidence[k]) + 1));
    }
  }
  return block('float64', [rows, classes], out);
}
