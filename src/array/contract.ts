/** Products of arrays whose axes have labels, as in Einstein's notation: what matmul, tensordot and einsum are made of. */
import { type DType, itemsize, promoteAll } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { reducers } from '../expr/reducers.js';
import { rolesOf } from '../kernels/contract.js';
import { AUTO_BYTES, common, formatShape, isKnown, normalizeChunks, sameExtents, shapeOf } from '../plan/chunks.js';
import { makeContraction } from '../plan/contraction.js';
import { makeDiagonal } from '../plan/diagonal.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeReduction } from '../plan/reduction.js';
import { InputError } from '../util/errors.js';
import { castNode } from './elementwise.js';

/** An array and the label of each of its axes. */
export interface Labelled {
  readonly node: Node;
  readonly labels: readonly number[];
}

/** The sum of products over all labels that are not in `out`, of two or more arrays: pair by pair, the cheapest first. */
export function contractAll(operands: readonly Labelled[], out: readonly number[], who: string): Node {
  const dtype = promoteAll(operands.map(({ node }) => node.dtype));
  checkExtents(operands, who);
  let rest = operands.map(({ node, labels }) => diagonals({ node: castNode(node, dtype), labels }));
  while (rest.length > 1) {
    const [i, j] = rest.length === 2 ? [0, 1] : cheapestPair(rest, out);
    const others = rest.filter((_, at) => at !== i && at !== j);
    const kept = rest.length === 2 ? out : labelsKept(rest, i, j, out);
    rest = [...others, { node: contractPair(rest[i]!, rest[j]!, kept), labels: kept }];
  }
  const [only] = rest as [Labelled];
  return ordered(sumOver(only, out), out);
}

/** Raises {@link InputError} for an axis of other extents than one of the same label, unless it has one element. */
function checkExtents(operands: readonly Labelled[], who: string): void {
  const extents = new Map<number, number>();
  for (const { node, labels } of operands) {
    shapeOf(node.chunks).forEach((extent, axis) => {
      const known = extents.get(labels[axis]!) ?? 1;
      if (known !== 1 && extent !== 1 && extent !== known && !Number.isNaN(known + extent)) {
        const shapes = operands.map((operand) => formatShape(shapeOf(operand.node.chunks))).join(' and ');
        throw new InputError(`${who} of the shapes ${shapes}: axes of ${known} and of ${extent} elements do not fit`);
      }
      extents.set(labels[axis]!, known === 1 ? extent : known);
    });
  }
}

/** An axis for each label: of a repeated one what lies diagonally. */
function diagonals({ node, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (second < 0) return { node, labels };
  const label = labels[second]!;
  const axes = [labels.indexOf(label), second] as const;
  const rest = labels.filter((_, axis) => !axes.includes(axis));
  return diagonals({ node: makeDiagonal(node, axes, 0), labels: [...rest, label] });
}

/** The chunks along a label that suit all arrays that have it. */
function cutOf(operands: readonly Labelled[], label: number): readonly number[] {
  const cuts = operands.flatMap(({ node, labels }) =>
    labels.flatMap((own, axis) => (own === label ? [node.chunks[axis]!] : [])),
  );
  return cuts.reduce((a, b) => {
    if (sameExtents(a, b)) return a;
    if (isKnown([a, b])) return common(a, b);
    throw new InputError('arrays of unknown chunk sizes may not fit: use computeChunkSizes first');
  });
}

function labelsKept(rest: readonly Labelled[], i: number, j: number, out: readonly number[]): number[] {
  const others = rest.flatMap(({ labels }, at) => (at === i || at === j ? [] : labels));
  const both = [...new Set([...rest[i]!.labels, ...rest[j]!.labels])];
  return both.filter((label) => out.includes(label) || others.includes(label));
}

/** The pair whose product is smallest beside what goes; the fewest multiplications among equals (as in `opt_einsum`'s greedy path). */
function cheapestPair(rest: readonly Labelled[], out: readonly number[]): [number, number] {
  const size = (labels: readonly number[]) =>
    labels.reduce((product, label) => product * (Math.max(...rest.map((one) => extentIn(one, label))) || 1), 1);
  let best: { pair: [number, number]; growth: number; work: number } | undefined;
  for (let i = 0; i < rest.length; i++) {
    for (let j = i + 1; j < rest.length; j++) {
      const [a, b] = [rest[i]!.labels, rest[j]!.labels];
      const growth = size(labelsKept(rest, i, j, out)) - size(a) - size(b);
      const work = size([...new Set([...a, ...b])]);
      if (!best || growth < best.growth || (growth === best.growth && work < best.work))
        best = { pair: [i, j], growth, work };
    }
  }
  return best!.pair;
}

const extentIn = ({ node, labels }: Labelled, label: number): number => {
  const axis = labels.indexOf(label);
  return axis < 0 ? 1 : shapeOf([node.chunks[axis]!])[0]!;
};

function contractPair(first: Labelled, second: Labelled, out: readonly number[]): Node {
  let [a, b] = [squeezed(first, second), squeezed(second, first)];
  [a, b] = [sumOver(a, [...out, ...b.labels]), sumOver(b, [...out, ...a.labels])];
  const labels = [...new Set([...a.labels, ...b.labels])];
  const cuts = new Map(labels.map((label) => [label, cutOf([a, b], label)]));
  bound(cuts, out, a.node.dtype);
  const cut = ({ node, labels: own }: Labelled): Labelled => ({
    node: makeRechunk(
      node,
      own.map((label) => cuts.get(label)!),
    ),
    labels: own,
  });
  [a, b] = [cut(a), cut(b)];
  const given = out.filter((label) => labels.includes(label));
  const params = { a: a.labels, b: b.labels, out: given };
  const { batch, rows, columns, summed } = rolesOf(params);
  if (summed.length > 0 && rows.length > 0 && columns.length > 0) {
    const order = [...batch, ...rows, ...columns];
    const node = makeContraction({ ...params, out: order }, [a.node, b.node]);
    return ordered({ node, labels: order }, out);
  }
  return ordered({ node: walked(a, b, given, summed, cuts), labels: given }, out);
}

/** Chunks of the result, which may be far larger than those of the arrays, are cut to a bearable size. */
function bound(cuts: Map<number, readonly number[]>, out: readonly number[], dtype: DType): void {
  const own = out.filter((label) => cuts.has(label));
  const chunks = own.map((label) => cuts.get(label)!);
  const bytes = chunks.reduce((product, extents) => product * Math.max(1, ...extents), itemsize(dtype));
  if (!(bytes > 4 * AUTO_BYTES) || !isKnown(chunks)) return;
  normalizeChunks('auto', shapeOf(chunks), dtype).forEach((extents, i) => {
    cuts.set(own[i]!, common(chunks[i]!, extents));
  });
}

/** Products without rows or columns are one loop over all axes: as fast as memory, and fused with what is before. */
function walked(
  a: Labelled,
  b: Labelled,
  out: readonly number[],
  summed: readonly number[],
  cuts: ReadonlyMap<number, readonly number[]>,
): Node {
  const { dtype } = a.node;
  const walk = [...out, ...summed];
  const space = walk.map((label) => cuts.get(label)!);
  const builder = new ProgramBuilder();
  const program = builder.build(builder.call('multiply', builder.input(0, dtype), builder.input(1, dtype)));
  const axes = [a, b].map(({ labels }) => labels.map((label) => walk.indexOf(label)));
  const inputs = [a.node, b.node];
  if (summed.length === 0) return makeElementwise({ program, axes }, inputs, space);
  return summedNode(
    { program, axes, space },
    inputs,
    summed.map((label) => walk.indexOf(label)),
    dtype,
  );
}

function summedNode(
  walk: Pick<Parameters<typeof makeReduction>[0], 'program' | 'axes' | 'space'>,
  inputs: readonly Node[],
  reduced: readonly number[],
  dtype: DType,
): Node {
  const reducer = dtype === 'bool' ? 'any' : 'sum';
  const builder = new ProgramBuilder();
  const accumulator = reducers[reducer].accumulator(dtype);
  const finish = builder.build(builder.cast(builder.input(0, accumulator), dtype));
  return makeReduction({ ...walk, aggregate: { row: 'fold', reducer }, reduced, keepdims: false, finish }, inputs);
}

/** Without the axes of one element along which the other has more, or of which the result has none. */
function squeezed({ node, labels }: Labelled, other: Labelled): Labelled {
  const isKept = labels.map((label, axis) => {
    const more = extentIn(other, label);
    return shapeOf([node.chunks[axis]!])[0] !== 1 || more === 1 || !other.labels.includes(label);
  });
  return {
    node: makePermute(
      node,
      labels.flatMap((_, axis) => (isKept[axis] ? [axis] : [])),
    ),
    labels: labels.filter((_, axis) => isKept[axis]),
  };
}

/** Summed over the labels that nobody wants. */
function sumOver({ node, labels }: Labelled, wanted: readonly number[]): Labelled {
  const reduced = labels.flatMap((label, axis) => (wanted.includes(label) ? [] : [axis]));
  if (reduced.length === 0) return { node, labels };
  const builder = new ProgramBuilder();
  const program = builder.build(builder.input(0, node.dtype));
  const walk = { program, axes: [labels.map((_, axis) => axis)], space: node.chunks };
  return {
    node: summedNode(walk, [node], reduced, node.dtype),
    labels: labels.filter((label) => wanted.includes(label)),
  };
}

/** With its axes in that order. */
const ordered = ({ node, labels }: Labelled, out: readonly number[]): Node =>
  makePermute(
    node,
    out.map((label) => labels.indexOf(label)),
  );
