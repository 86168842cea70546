/**
 * An operation on the blocks of several arrays that meet by the labels of their axes, as in Einstein's notation: blocks of
 * the same place along a label meet, an axis of one block meets all, and labels that the result does not have are
 * contracted: the task gets all blocks along them.
 */
import { type Chunks, chunkShape, formatShape, gridOf, indexIn, places, shapeOf, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, type NodeSpec, tasksOfBlocks } from './node.js';

export type Label = string | number;

export interface BlockwiseParams {
  /** What users call it. */
  readonly who: string;
  readonly op: string;
  /** The same for all tasks. */
  readonly common: object;
  readonly out: readonly Label[];
  /** The labels of each input's axes; null for an input that is one value and no array. */
  readonly labels: readonly (readonly Label[] | null)[];
  /** The shipped functions that the tasks call, by hash. */
  readonly code: readonly string[];
}

/** Where a block is. */
export interface BlockPlace {
  /** Which block it is along each axis. */
  readonly blockId: readonly number[];
  /** How many blocks the array has along each axis. */
  readonly numblocks: readonly number[];
  /** Of the whole array. */
  readonly shape: readonly number[];
  /** From where to where it goes along each axis of the whole array. */
  readonly location: readonly (readonly [start: number, stop: number])[];
}

/** What each task is told beside the parameters that all have. */
export interface BlockwiseTask {
  readonly place: BlockPlace;
  /** The shape that its block is to have. */
  readonly expected: readonly number[];
  /** For each input the blocks that it gets of it, along each axis; null for a value. */
  readonly grids: readonly (readonly number[] | null)[];
  /** For each input that is an array, in order, where they are. */
  readonly from: readonly BlockPlace[];
}

export const blockwise: NodeKind<BlockwiseParams> = {
  name: 'blockwise',
  lower(node, keys) {
    const { op, common, out, labels, code } = node.params;
    const inputs = node.inputs.map((input, i) => inputOf(input, labels[i]!, out));
    const locate = locator(node.chunks);
    return tasksOfBlocks(node, (place) => {
      const at = new Map(out.map((label, axis) => [label, place[axis]!]));
      const deps = inputs.flatMap(({ keysAt }, i) => keysAt(at, keys[i]!));
      const task: BlockwiseTask = {
        place: locate(place),
        expected: chunkShape(node.chunks, place),
        grids: inputs.map(({ counts }) => counts),
        from: inputs.flatMap(({ placeAt }) => placeAt?.(at) ?? []),
      };
      return { op, params: { ...common, ...task }, deps, ...(code.length > 0 && { code }) };
    });
  },
  describe: ({ who, out, labels }) => {
    const text = (all: readonly Label[]) => all.join(all.some((label) => String(label).length > 1) ? ' ' : '');
    return `${who} ${labels.map((own) => (own ? text(own) : 'value')).join(', ')} -> ${text(out)}`;
  },
};

export const makeBlockwise = (spec: NodeSpec<BlockwiseParams>): Node<BlockwiseParams> => makeNode(blockwise, spec);

function inputOf(input: Node, labels: readonly Label[] | null, out: readonly Label[]) {
  if (labels === null) {
    return { counts: null, keysAt: (_: ReadonlyMap<Label, number>, keys: readonly string[]) => [keys[0]!] };
  }
  const grid = gridOf(input.chunks);
  const counts = labels.map((label, axis) => (out.includes(label) ? 1 : grid[axis]!));
  const first = (at: ReadonlyMap<Label, number>) =>
    labels.map((label, axis) => (grid[axis] === 1 ? 0 : (at.get(label) ?? 0)));
  const locate = locator(input.chunks);
  const whole = shapeOf(input.chunks);
  return {
    counts,
    keysAt(at: ReadonlyMap<Label, number>, keys: readonly string[]) {
      const start = first(at);
      return Array.from(
        places(counts),
        (choice) =>
          keys[
            indexIn(
              grid,
              choice.map((i, axis) => i + start[axis]!),
            )
          ]!,
      );
    },
    placeAt(at: ReadonlyMap<Label, number>): BlockPlace {
      const place = locate(first(at));
      const location = place.location.map((span, axis) =>
        out.includes(labels[axis]!) ? span : ([0, whole[axis]!] as const),
      );
      return { ...place, location };
    },
  };
}

/** Where the blocks of chunks are. */
export function locator(chunks: Chunks): (place: readonly number[]) => BlockPlace {
  const [numblocks, shape, starts] = [gridOf(chunks), shapeOf(chunks), chunks.map(startsOf)];
  return (blockId) => ({
    blockId,
    numblocks,
    shape,
    location: blockId.map((at, axis) => [starts[axis]![at]!, starts[axis]![at]! + chunks[axis]![at]!] as const),
  });
}

/** How a block is named in an error. */
export const formatBlock = ({ blockId, location }: BlockPlace): string =>
  `block ${formatShape(blockId)}${location.length > 0 ? ` (${location.map(([from, to]) => `${from}:${to}`).join(', ')})` : ''}`;
