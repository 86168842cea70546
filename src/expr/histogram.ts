/** Counts of values, or sums of weights: by bins between edges, and by the values themselves where those are small integers. */
import { allocate } from '../arrow/block.js';
import { isBig } from '../arrow/dtype.js';
import { countBins } from '../kernels/bins.js';
import { SheafError } from '../util/errors.js';
import { type Chunk, panelsOf, shared } from './chunk.js';
import type { AnyBlock } from './tasks.js';

interface HistogramParams {
  /** Whether the edges are as far from one another everywhere. */
  readonly isUniform: boolean;
}

/** The only table is that of the edges, from the lowest. */
export const histogramRow = {
  chunk({ isUniform }: HistogramParams, chunk: Chunk): Float64Array {
    const edges = Float64Array.from(chunk.tables[0]!.data as Float64Array);
    const totals = new Float64Array(edges.length - 1);
    for (const { values, weights } of panelsOf(chunk)) {
      countBins(totals, edges, isUniform, values.data as Float64Array, weights);
    }
    return totals;
  },
  combine: (_: HistogramParams, parts: readonly Float64Array[]): Float64Array => addUp(parts),
  finish: (_: HistogramParams, totals: Float64Array): readonly AnyBlock[] => [floats(totals)],
};

interface BincountParams {
  readonly minlength: number;
}

export const bincountRow = {
  chunk({ minlength }: BincountParams, chunk: Chunk): Float64Array {
    let totals = new Float64Array(minlength);
    for (const { values, weights } of panelsOf(chunk)) {
      const data = isBig(values.dtype) ? Float64Array.from(values.data as ArrayLike<bigint>, Number) : values.data;
      const numbers = data as Float64Array;
      let largest = -1;
      for (let i = 0; i < numbers.length; i++) {
        if (numbers[i]! < 0) throw new SheafError(`bincount takes integers of 0 or more, and found ${numbers[i]}`);
        if (numbers[i]! > largest) largest = numbers[i]!;
      }
      if (largest >= totals.length) {
        const longer = new Float64Array(largest + 1);
        longer.set(totals);
        totals = longer;
      }
      if (weights) for (let i = 0; i < numbers.length; i++) totals[numbers[i]!]! += weights[i]!;
      else for (let i = 0; i < numbers.length; i++) totals[numbers[i]!]!++;
    }
    return totals;
  },
  combine: (_: BincountParams, parts: readonly Float64Array[]): Float64Array => addUp(parts),
  finish: (_: BincountParams, totals: Float64Array): readonly AnyBlock[] => [floats(totals)],
};

function addUp(parts: readonly Float64Array[]): Float64Array {
  const totals = new Float64Array(Math.max(0, ...parts.map(({ length }) => length)));
  for (const part of parts) for (let i = 0; i < part.length; i++) totals[i]! += part[i]!;
  return totals;
}

const floats = (values: Float64Array): AnyBlock => ({
  dtype: 'float64',
  shape: [values.length],
  data: values.length === 0 ? allocate('float64', 0) : shared('float64', values),
});
