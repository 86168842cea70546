/** Factorizations of matrices: what they take, how it is cut for them, and the nodes that give their parts. */
import { type DType, isFloat } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { type Chunks, evenly, formatShape, isKnown, shapeOf } from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makePanels, makeTriangular, type PanelPart } from '../plan/panels.js';
import { makePermute } from '../plan/permute.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeTsqr } from '../plan/tsqr.js';
import { InputError } from '../util/errors.js';
import { nodeOf } from './operands.js';

/** Wider panels are cut, so that there is work for several. */
const WIDEST_PANEL = 1024;
const PANEL = 512;

/** The dtype of results: that of floats, float64 of all others. */
export const floating = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float64');

/** The matrix that an operand is. Raises {@link InputError} for other numbers of axes, and for unknown shapes. */
export function matrixOf(value: unknown, who: string): Node {
  const node = nodeOf(value, who);
  const shape = shapeOf(node.chunks);
  if (shape.length !== 2)
    throw new InputError(`${who} takes a matrix, which has two axes, got the shape ${formatShape(shape)}`);
  if (!isKnown(node.chunks)) {
    throw new InputError(`${who} needs to know the shape, which is ${formatShape(shape)}: use computeChunkSizes first`);
  }
  return node;
}

export function squareOf(value: unknown, who: string): Node {
  const node = matrixOf(value, who);
  const shape = shapeOf(node.chunks);
  if (shape[0] !== shape[1]) throw new InputError(`${who} takes a square matrix, got the shape ${formatShape(shape)}`);
  return node;
}

const transposed = (node: Node): Node => makePermute(node, [1, 0]);

/** One chunk wide; blocks of rows with fewer rows than columns are joined, since their triangular factors are no smaller. */
function tallOf(node: Node): Node {
  const [rows, columns] = node.chunks as [readonly number[], readonly number[]];
  const n = columns.reduce((sum, extent) => sum + extent, 0);
  const joined: number[] = [];
  let open = 0;
  for (const extent of rows) {
    open += extent;
    if (open < n) continue;
    joined.push(open);
    open = 0;
  }
  if (joined.length === 0) joined.push(open);
  else if (open > 0) joined.push(open);
  return makeRechunk(node, [joined, [n]]);
}

/** Of a matrix that is as tall as wide at least. */
export function qrNodes(node: Node): { q: Node; r: Node } {
  const dtype = floating(node.dtype);
  const input = tallOf(node);
  return { q: makeTsqr(input, 'q', dtype), r: makeTsqr(input, 'r', dtype) };
}

/** The first `count` singular values, or all, and their vectors; a matrix that is wider than tall is transposed for it. */
export function svdNodes(node: Node, count?: number): { u: Node; s: Node; vt: Node } {
  const dtype = floating(node.dtype);
  const [m, n] = shapeOf(node.chunks) as [number, number];
  if (m < n) {
    const { u, s, vt } = svdNodes(transposed(node), count);
    return { u: transposed(vt), s, vt: transposed(u) };
  }
  const input = tallOf(node);
  return {
    u: makeTsqr(input, 'u', dtype, count),
    s: makeTsqr(input, 's', dtype, count),
    vt: makeTsqr(input, 'vt', dtype, count),
  };
}

/** All rows of some columns in each chunk. */
function inPanels(node: Node): Node {
  const [m] = shapeOf(node.chunks);
  const columns = node.chunks[1]!;
  const n = columns.reduce((sum, extent) => sum + extent, 0);
  const widths = Math.max(...columns) <= WIDEST_PANEL ? columns.filter((extent) => extent > 0) : evenly(n, PANEL);
  return makeRechunk(node, [[m!], widths.length > 0 ? widths : [0]]);
}

/** The columns of a cut before `end`. */
function before(extents: readonly number[], end: number): number[] {
  let at = 0;
  const cut = extents.flatMap((extent) => {
    const width = Math.min(extent, end - at);
    at += extent;
    return width > 0 ? [width] : [];
  });
  return cut.length > 0 ? cut : [0];
}

export function choleskyNode(node: Node): Node {
  const input = inPanels(node);
  return makeRechunk(makePanels(input, 'cholesky', floating(node.dtype), input.chunks), node.chunks);
}

export function luNodes(node: Node): { p: Node; l: Node; u: Node } {
  const dtype = floating(node.dtype);
  const [m, n] = shapeOf(node.chunks) as [number, number];
  const k = Math.min(m, n);
  const input = inPanels(node);
  const [rows, columns] = node.chunks as [readonly number[], readonly number[]];
  const part = (of: PanelPart, panels: Chunks, chunks: Chunks) =>
    makeRechunk(makePanels(input, of, dtype, panels), chunks);
  return {
    p: part('p', [[m], rows], [rows, rows]),
    l: part('l', [[m], before(input.chunks[1]!, k)], [rows, before(columns, k)]),
    u: part('u', [[k], input.chunks[1]!], [before(rows, k), columns]),
  };
}

export const determinantNode = (node: Node, part: 'sign' | 'log' | 'det'): Node =>
  makePanels(inPanels(node), part, floating(node.dtype), []);

/** The identity, cut in panels. */
export function identityNode(n: number, columns: readonly number[], dtype: DType): Node {
  const builder = new ProgramBuilder();
  const program = builder.build(builder.cast(builder.call('equal', builder.index(0), builder.index(1)), dtype), []);
  return makeElementwise({ program, axes: [] }, [], [[n], columns]);
}

export function inverseNode(node: Node): Node {
  const [n] = shapeOf(node.chunks) as [number, number];
  const dtype = floating(node.dtype);
  const input = inPanels(node);
  const right = identityNode(n, input.chunks[1]!, dtype);
  return makeRechunk(makePanels(input, 'solve', dtype, right.chunks, right), node.chunks);
}

/** The solution of a system, from its matrix and its right side: one column, or several, each chunk of which is on its own. */
export function solved(a: Node, right: Node, who: string, solve: (right: Node) => Node): Node {
  const [shape, sides] = [shapeOf(a.chunks), shapeOf(right.chunks)];
  if (sides.length < 1 || sides.length > 2 || sides[0] !== shape[0]) {
    throw new InputError(
      `${who} of a matrix of the shape ${formatShape(shape)} needs a right side of ${shape[0]} rows, got the shape ${formatShape(sides)}`,
    );
  }
  const columns = sides.length === 1 ? makePermute(right, [0, null]) : right;
  const solution = solve(makeRechunk(columns, [[sides[0]!], columns.chunks[1]!]));
  const whole = makeRechunk(solution, [a.chunks[1]!, columns.chunks[1]!]);
  return sides.length === 1 ? makePermute(whole, [0]) : whole;
}

export const solveNode = (a: Node, right: Node, dtype: DType): Node =>
  makePanels(inPanels(a), 'solve', dtype, right.chunks, right);

export const triangularNode = (a: Node, right: Node, params: { lower: boolean; unit: boolean; dtype: DType }): Node =>
  makeTriangular(params, inPanels(a), right);
