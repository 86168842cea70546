/**
 * An array whose axes are made of runs along those of another: parts of it, backwards, in steps, each element several
 * times, or nothing of it but a fill. Flips, rolls, repeats, tiles and pads are of this kind.
 */
import type { Element } from '../arrow/dtype.js';
import type { Key } from '../graph/task.js';
import type { Segment } from '../kernels/runs.js';
import { type Chunks, chunkShape, gridOf, indexIn, places, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

/** Elements of an axis: the i-th is that at `from + floor(i / times) * step`; of a fill, none. */
export type Run =
  | { readonly extent: number; readonly from: number; readonly step?: number; readonly times?: number }
  | { readonly extent: number; readonly from?: undefined };

export interface RunsParams {
  /** For each axis its runs, or null where it is as it was. */
  readonly axes: readonly (readonly Run[] | null)[];
  readonly fill?: Element;
}

export const runs: NodeKind<RunsParams> = {
  name: 'runs',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const { axes, fill } = node.params;
    const grid = gridOf(input.chunks);
    const perAxis = node.chunks.map((extents, axis) => segmentsOf(axes[axis]!, input.chunks[axis]!, extents));
    return tasksOfBlocks(node, (place) => {
      const segments = place.map((at, axis) => perAxis[axis]![at]!);
      // The chunks of each axis that the segments are of.
      const chunks = segments.map((all) => [...new Set(all.flatMap(({ block }) => (block < 0 ? [] : [block])))]);
      const deps: Key[] = [];
      for (const choice of places(chunks.map(({ length }) => length))) {
        deps.push(
          keys![
            indexIn(
              grid,
              choice.map((at, axis) => chunks[axis]![at]!),
            )
          ]!,
        );
      }
      const params = {
        dtype: node.dtype,
        shape: chunkShape(node.chunks, place),
        axes: segments.map((all, axis) => all.map((one) => ({ ...one, block: chunks[axis]!.indexOf(one.block) }))),
        grid: chunks.map(({ length }) => length),
        ...(fill !== undefined && { fill }),
      };
      return { op: 'kernels/runs.js#runs', params, deps };
    });
  },
  describe: ({ axes, fill }) => {
    const texts = axes.map((all) => (all === null ? ':' : all.map(formatRun).join(' ')));
    return `[${texts.join(', ')}]${fill === undefined ? '' : ` fill ${fill}`}`.slice(0, 200);
  },
};

function formatRun(run: Run): string {
  if (run.from === undefined) return `fill*${run.extent}`;
  const { from, extent, step = 1, times = 1 } = run;
  return `${from}${step === 1 ? '' : `:${step}`}*${extent}${times === 1 ? '' : `/${times}`}`;
}

/** For each chunk of the result along an axis, what it is made of; `block` is the number of the chunk of the input. */
function segmentsOf(all: readonly Run[] | null, chunks: readonly number[], cut: readonly number[]): Segment[][] {
  if (all === null) {
    return cut.map((extent, block) => [{ block, from: 0, step: 1, times: 1, phase: 0, extent }]);
  }
  const starts = startsOf(chunks);
  const cutEnds = startsOf(cut).map((start, i) => start + cut[i]!);
  const result: Segment[][] = cut.map(() => []);
  let out = 0;
  let target = 0;
  for (const run of all) {
    for (let i = 0; i < run.extent; ) {
      while (cutEnds[target]! <= out) target++;
      const room = Math.min(run.extent - i, cutEnds[target]! - out);
      const segment =
        run.from === undefined
          ? { block: -1, from: 0, step: 0, times: 1, phase: 0, extent: room }
          : segmentAt(run, i, room, chunks, starts);
      result[target]!.push(segment);
      i += segment.extent;
      out += segment.extent;
    }
  }
  return result;
}

/** The elements of a run from its i-th on that lie in one chunk, `most` at most. */
function segmentAt(
  { from, step = 1, times = 1 }: Extract<Run, { readonly from: number }>,
  i: number,
  most: number,
  chunks: readonly number[],
  starts: readonly number[],
): Segment {
  const turn = Math.floor(i / times);
  const at = from + turn * step;
  const block = chunkOf(at, starts);
  const start = starts[block]!;
  const turnsLeft =
    step === 0
      ? Number.POSITIVE_INFINITY
      : step > 0
        ? Math.floor((start + chunks[block]! - 1 - at) / step)
        : Math.floor((at - start) / -step);
  const phase = i - turn * times;
  const extent = Math.min(most, (turnsLeft + 1) * times - phase);
  return { block, from: at - start, step, times, phase, extent };
}

/** The chunk of an axis that an element is in: the last that begins there, since empty ones begin where the next does. */
function chunkOf(at: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Axes of null keep their cut. */
export function makeRuns(
  input: Node,
  axes: readonly (readonly Run[] | null)[],
  cut: readonly (readonly number[] | null)[],
  fill?: Element,
): Node {
  const chunks: Chunks = input.chunks.map((extents, axis) => cut[axis] ?? extents);
  const params: RunsParams = { axes, ...(fill !== undefined && { fill }) };
  return makeNode(runs, { params, inputs: [input], dtype: input.dtype, chunks });
}
