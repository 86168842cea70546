/**
 * Decisions from kernel values, as libsvm sums them: over the support vectors of the first class of a pair, then over
 * those of the second, then −ρ. Support vectors that a pair does not use have coefficient zero there and add nothing,
 * so the sums run over the others only.
 */
import { allocate, type Block, block } from '../../arrow/block.js';
import { offsetsOf, pairsOf, type SvcState } from './fit.js';
import { scratch, simd } from './simd.js';

/** Rows that are decided at a time: their kernel values lie side by side, so each coefficient is loaded once for all. */
const width = 8;

/** Where things lie in the scratch memory: the tile of kernel values [SV][8], the terms of the pairs, the sums [pair][8]. */
interface Layout {
  readonly tile: Float64Array;
  /** Where the terms of each pair begin, as byte offsets into `coef`, and after them the end. */
  readonly starts: Int32Array;
  /** The support vector of each term, as a byte offset into `tile`. */
  readonly terms: Int32Array;
  readonly coef: Float64Array;
  readonly sums: Float64Array;
}

function layoutFor(state: SvcState): Layout {
  const pairs = state.rho.length;
  const [rows, nSV] = state.dualCoef.shape as [number, number];
  const doubles = [width * nSV, rows * nSV, width * pairs];
  const [tile, coef, sums] = doubles.map((_, k) => 8 * doubles.slice(0, k).reduce((sum, count) => sum + count, 0));
  const terms = sums + 8 * width * pairs;
  const starts = terms + 4 * rows * nSV;
  const memory = scratch(starts + 4 * (pairs + 1));
  return {
    tile: new Float64Array(memory, tile, width * nSV),
    coef: new Float64Array(memory, coef, rows * nSV),
    sums: new Float64Array(memory, sums, width * pairs),
    terms: new Int32Array(memory, terms, rows * nSV),
    starts: new Int32Array(memory, starts, pairs + 1),
  };
}

/** Lists the non-zero coefficients of every pair, in the order in which they are summed. */
function listTerms({ nSupport, dualCoef }: SvcState, layout: Layout): void {
  const nSV = dualCoef.shape[1] as number;
  const offsets = offsetsOf(nSupport);
  let count = 0;
  layout.starts[0] = 0;
  pairsOf(nSupport.length).forEach(({ first, second }, p) => {
    count = appendTerms(dualCoef.data, (second - 1) * nSV, offsets[first], offsets[first + 1], layout, count);
    count = appendTerms(dualCoef.data, first * nSV, offsets[second], offsets[second + 1], layout, count);
    layout.starts[p + 1] = count * 8;
  });
}

function appendTerms(
  dualCoef: Float64Array,
  row: number,
  from: number,
  to: number,
  { terms, coef }: Layout,
  count: number,
): number {
  let at = count;
  for (let sv = from; sv < to; sv++) {
    const value = dualCoef[row + sv];
    if (value === 0) continue;
    terms[at] = sv * width * 8;
    coef[at++] = value;
  }
  return at;
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
  const n = kernel.shape[1] as number;
  const out = allocate('float64', rows.length * pairs);
  const layout = layoutFor(state);
  const { tile, starts, terms, coef, sums } = layout;
  listTerms(state, layout);
  for (let t = 0; t < rows.length; t += width) {
    const count = Math.min(width, rows.length - t);
    for (let r = 0; r < count; r++) gatherColumn(kernel.data, rows[t + r] * n, columns, tile, r);
    simd.decideTile(
      tile.byteOffset,
      starts.byteOffset,
      starts.byteOffset + 4 * pairs,
      terms.byteOffset,
      coef.byteOffset,
      sums.byteOffset,
    );
    for (let r = 0; r < count; r++) subtractRho(sums, r, state.rho, out, (t + r) * pairs);
  }
  return block('float64', [rows.length, pairs], out);
}

function gatherColumn(kernel: Float64Array, at: number, columns: Int32Array, tile: Float64Array, r: number): void {
  for (let s = 0; s < columns.length; s++) tile[width * s + r] = kernel[at + columns[s]];
}

function subtractRho(sums: Float64Array, r: number, rho: Float64Array, out: Float64Array, at: number): void {
  for (let pair = 0; pair < rho.length; pair++) out[at + pair] = sums[width * pair + r] - rho[pair];
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
