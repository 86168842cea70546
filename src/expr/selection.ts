/**
 * Quantiles of all elements without all of them in one place: a first pass counts elements by the upper 16 bits of their
 * keys, integers in the order of the floats, and a second one collects those in the bins where the wanted ranks are.
 */
import { sizeOf } from '../arrow/block.js';
import type { DTypeArray } from '../arrow/dtype.js';
import { between } from '../kernels/quantile.js';
import { sortValues } from '../kernels/sort.js';
import { type Chunk, panelsOf, shared } from './chunk.js';
import type { AnyBlock } from './tasks.js';

const BINS = 1 << 16;

const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The words of floats, of which every second one holds the sign and the exponent. */
const wordsOf = ({ buffer, byteOffset, length }: Float64Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, 2 * length);

/** The upper bits of the sign and magnitude, turned so that they count up with the floats; NaN is not asked for. */
const binOf = (high: number): number => (high & 0x80000000 ? ~high : high | 0x80000000) >>> 16;

/** Gives how many elements are in each bin, and last how many are NaN. */
export const ranksRow = {
  chunk(_: object, chunk: Chunk): Float64Array {
    const counts = new Float64Array(BINS + 1);
    for (const { values } of panelsOf(chunk)) {
      const data = values.data as Float64Array;
      const words = wordsOf(data);
      for (let i = 0; i < data.length; i++) counts[Number.isNaN(data[i]!) ? BINS : binOf(words[2 * i + HIGH]!)]!++;
    }
    return counts;
  },
  combine(_: object, parts: readonly Float64Array[]): Float64Array {
    const counts = new Float64Array(BINS + 1);
    for (const part of parts) for (let i = 0; i <= BINS; i++) counts[i]! += part[i]!;
    return counts;
  },
  finish: (_: object, counts: Float64Array): readonly AnyBlock[] => [
    { dtype: 'float64', shape: [BINS + 1], data: shared('float64', counts) },
  ],
};

interface SelectionParams {
  readonly q: readonly number[];
  readonly skipNaN: boolean;
}

interface Selection {
  readonly counts: Float64Array;
  /** Those in wanted bins, in no order. */
  readonly values: Float64Array;
}

/** The only table is the counts of `ranksRow`. Gives the quantiles. */
export const selectionRow = {
  chunk(params: SelectionParams, chunk: Chunk): Selection {
    const counts = chunk.tables[0]!.data as Float64Array;
    const wanted = wantedBins(params, counts);
    const found = new Float64Array(sizeOf(chunk.extents));
    let length = 0;
    for (const { values } of panelsOf(chunk)) {
      const data = values.data as Float64Array;
      const words = wordsOf(data);
      for (let i = 0; i < data.length; i++) {
        const value = data[i]!;
        if (wanted[binOf(words[2 * i + HIGH]!)] === 1 && !Number.isNaN(value)) found[length++] = value;
      }
    }
    return { counts, values: found.slice(0, length) };
  },
  combine(_: SelectionParams, parts: readonly Selection[]): Selection {
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.values.length, 0));
    let at = 0;
    for (const part of parts) {
      values.set(part.values, at);
      at += part.values.length;
    }
    return { counts: parts[0]!.counts, values };
  },
  finish(params: SelectionParams, { counts, values }: Selection): readonly AnyBlock[] {
    const wanted = wantedBins(params, counts);
    const sorted = sortValues(values as DTypeArray) as Float64Array;
    // The rank of what stands first among the sorted ones of each wanted bin, and where that is.
    const ranks = new Float64Array(BINS);
    const places = new Float64Array(BINS);
    for (let bin = 0, rank = 0, place = 0; bin < BINS; bin++) {
      ranks[bin] = rank;
      places[bin] = place;
      rank += counts[bin]!;
      if (wanted[bin]) place += counts[bin]!;
    }
    const valueAt = (rank: number) => {
      const bin = binOfRank(counts, rank);
      return sorted[places[bin]! + rank - ranks[bin]!]!;
    };
    const total = totalOf(counts);
    const isSpoilt = total === 0 || (!params.skipNaN && counts[BINS]! > 0);
    const results = params.q.map((q) => {
      if (isSpoilt) return Number.NaN;
      const [below, above, t] = ranksOf(q, total);
      return between(valueAt(below), valueAt(above), t);
    });
    return [{ dtype: 'float64', shape: [results.length], data: shared('float64', results) }];
  },
};

function wantedBins({ q, skipNaN }: SelectionParams, counts: Float64Array): Uint8Array {
  const wanted = new Uint8Array(BINS);
  const total = totalOf(counts);
  if (total === 0 || (!skipNaN && counts[BINS]! > 0)) return wanted;
  for (const one of q) {
    const [below, above] = ranksOf(one, total);
    wanted[binOfRank(counts, below)] = 1;
    wanted[binOfRank(counts, above)] = 1;
  }
  return wanted;
}

function totalOf(counts: Float64Array): number {
  let total = 0;
  for (let bin = 0; bin < BINS; bin++) total += counts[bin]!;
  return total;
}

function ranksOf(q: number, total: number): readonly [number, number, number] {
  const place = q * (total - 1);
  const below = Math.floor(place);
  return [below, Math.min(below + 1, total - 1), place - below];
}

function binOfRank(counts: Float64Array, rank: number): number {
  let bin = 0;
  for (let left = rank; left >= counts[bin]!; bin++) left -= counts[bin]!;
  return bin;
}
