/** What lies diagonally along two axes, as the last axis of the others: a chunk for each chunk that it goes through. */
import { gridOf, indexIn, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface DiagonalParams {
  readonly axes: readonly [number, number];
  /** How far right of the main diagonal. */
  readonly offset: number;
}

interface Crossing {
  /** The chunks along both axes, and where in them it begins. */
  readonly chunk: readonly [number, number];
  readonly from: readonly [number, number];
  readonly extent: number;
}

function crossingsOf(rows: readonly number[], columns: readonly number[], offset: number): Crossing[] {
  const [rowStarts, columnStarts] = [startsOf(rows), startsOf(columns)];
  const crossings: Crossing[] = [];
  let [i, j] = [0, 0];
  let [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
  while (i < rows.length && j < columns.length) {
    const [rowsLeft, columnsLeft] = [rowStarts[i]! + rows[i]! - row, columnStarts[j]! + columns[j]! - column];
    const extent = Math.min(rowsLeft, columnsLeft);
    if (extent > 0) {
      crossings.push({ chunk: [i, j], from: [row - rowStarts[i]!, column - columnStarts[j]!], extent });
      row += extent;
      column += extent;
    }
    if (rowsLeft <= Math.max(0, extent)) i++;
    if (columnsLeft <= Math.max(0, extent)) j++;
  }
  return crossings.length > 0 ? crossings : [{ chunk: [0, 0], from: [0, 0], extent: 0 }];
}

export const diagonal: NodeKind<DiagonalParams> = {
  name: 'diagonal',
  lower(node, [keys]) {
    const { axes, offset } = node.params;
    const [{ chunks }] = node.inputs as [Node];
    const grid = gridOf(chunks);
    const crossings = crossingsOf(chunks[axes[0]]!, chunks[axes[1]]!, offset);
    const rest = chunks.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    return tasksOfBlocks(node, (place) => {
      const { chunk, from, extent } = crossings[place.at(-1)!]!;
      const at = new Array<number>(chunks.length);
      rest.forEach((axis, i) => {
        at[axis] = place[i]!;
      });
      [at[axes[0]], at[axes[1]]] = chunk;
      return { op: 'kernels/diagonal.js#diagonal', params: { axes, from, extent }, deps: [keys![indexIn(grid, at)]!] };
    });
  },
  describe: ({ axes, offset }) => `of axes ${axes.join(' and ')}${offset === 0 ? '' : `, ${offset} off`}`,
};

/** For two different axes of known chunks. */
export function makeDiagonal(input: Node, axes: readonly [number, number], offset: number): Node {
  const extents = crossingsOf(input.chunks[axes[0]]!, input.chunks[axes[1]]!, offset).map(({ extent }) => extent);
  const chunks = [...input.chunks.filter((_, axis) => !axes.includes(axis)), extents];
  return makeNode(diagonal, { params: { axes, offset }, inputs: [input], dtype: input.dtype, chunks });
}
