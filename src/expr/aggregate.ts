/**
 * What comes of many elements, as rows of one table: `chunk` gives a partial result of each chunk, `combine` joins some,
 * and `finish` makes blocks of the last, which a program takes to the result.
 */
import { type Chunk, chunkOf } from './chunk.js';
import { extremesRow } from './extremes.js';
import { foldRow } from './fold.js';
import { bincountRow, histogramRow } from './histogram.js';
import { momentsRow } from './moments.js';
import { type Program, resultOf } from './program.js';
import type { ReducerName } from './reducers.js';
import { ranksRow, selectionRow } from './selection.js';
import { type AnyBlock, map, type Walk } from './tasks.js';
import { topkRow } from './topk.js';
import { uniqueRow } from './unique.js';

interface AggregateRow {
  // biome-ignore-start lint/suspicious/noExplicitAny: parameters and partial results are a row's own affair
  readonly chunk: (params: any, chunk: Chunk) => unknown;
  readonly combine: (params: any, parts: readonly any[]) => unknown;
  readonly finish: (params: any, part: any) => readonly AnyBlock[];
  // biome-ignore-end lint/suspicious/noExplicitAny: parameters and partial results are a row's own affair
}

const rows = {
  fold: foldRow,
  moments: momentsRow,
  extremes: extremesRow,
  topk: topkRow,
  histogram: histogramRow,
  bincount: bincountRow,
  unique: uniqueRow,
  ranks: ranksRow,
  selection: selectionRow,
} satisfies Record<string, AggregateRow>;

/** A row, and its parameters. */
export type Aggregate =
  | { readonly row: 'fold'; readonly reducer: ReducerName }
  | { readonly row: 'moments'; readonly order: number; readonly skipNaN: boolean }
  | { readonly row: 'extremes'; readonly reducer: 'min' | 'max'; readonly skipNaN: boolean }
  | { readonly row: 'topk'; readonly k: number; readonly axis: number }
  | { readonly row: 'histogram'; readonly isUniform: boolean }
  | { readonly row: 'bincount'; readonly minlength: number }
  | { readonly row: 'unique'; readonly withPlaces: boolean }
  | { readonly row: 'ranks' }
  | { readonly row: 'selection'; readonly q: readonly number[]; readonly skipNaN: boolean };

export interface ChunkParams extends Walk {
  readonly aggregate: Aggregate;
  readonly reduced: readonly number[];
  readonly beside?: Program;
  /** The numbers of the blocks that are tables. */
  readonly tables?: readonly number[];
  readonly from: readonly number[];
  readonly whole: readonly number[];
}

export interface FinishParams {
  readonly aggregate: Aggregate;
  /** From the blocks that the row gives to the result. */
  readonly finish: Program;
  /** Axes of one element that go at last. */
  readonly dropped: readonly number[];
}

const rowOf = ({ row }: Aggregate): AggregateRow => rows[row];

/** The partial result of a chunk. */
export function chunk(params: ChunkParams, ...blocks: AnyBlock[]): unknown {
  const { aggregate, reduced, beside, tables = [], from, whole, ...walk } = params;
  const spec = { walk, reduced, blocks, tables: tables.map((i) => blocks[i]!), origin: from, whole };
  return rowOf(aggregate).chunk(aggregate, chunkOf({ ...spec, ...(beside && { beside }) }));
}

/** One partial result of some. */
export const combine = ({ aggregate }: Pick<FinishParams, 'aggregate'>, ...parts: unknown[]): unknown =>
  rowOf(aggregate).combine(aggregate, parts);

/** The result of what is left. */
export function finish({ aggregate, finish: program, dropped }: FinishParams, ...parts: unknown[]): AnyBlock {
  const row = rowOf(aggregate);
  const blocks = row.finish(aggregate, row.combine(aggregate, parts));
  const [first] = blocks as [AnyBlock];
  const ndim = first.shape.length;
  const step = program.steps[0]!;
  const isPlain = program.steps.length === 1 && step.op === 'input';
  const axes = first.shape.map((_, axis) => axis);
  const result = isPlain
    ? blocks[step.value as number]!
    : map({ program, axes: program.inputs.map(() => axes), ndim }, ...blocks.slice(0, program.inputs.length));
  return { ...result, dtype: resultOf(program), shape: result.shape.filter((_, axis) => !dropped.includes(axis)) };
}

/** The result of a chunk that is alone. */
export const whole = (params: ChunkParams & FinishParams, ...blocks: AnyBlock[]): AnyBlock => {
  const { finish: _finish, dropped: _dropped, ...rest } = params;
  return finish(params, chunk(rest, ...blocks));
};
