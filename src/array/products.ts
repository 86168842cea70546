/** Products of arrays by name: what each says of axes, in the words of {@link contractAll}. */

import { formatShape, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkAxis, checkNumbers } from './axes.js';
import { contractAll } from './contract.js';
import { elementwiseNode, nodeOf } from './operands.js';
import { foldNode } from './reduce.js';
import { reshapeNode } from './shape.js';
import { diagonalNode } from './triangles.js';

const shapeText = (node: Node): string => formatShape(shapeOf(node.chunks));
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const differ = (x: number, y: number): boolean => x !== y && !Number.isNaN(x + y);

/** Of stacks of matrices, as `numpy.matmul`: the last two axes are the matrices', those before are broadcast together. */
export function matmulNode(first: unknown, second: unknown): Node {
  const [a, b] = [nodeOf(first, 'matmul'), nodeOf(second, 'matmul')];
  const [na, nb] = [a.chunks.length, b.chunks.length];
  if (na === 0 || nb === 0) {
    throw new InputError(
      `matmul takes arrays with axes, got the shapes ${shapeText(a)} and ${shapeText(b)}: use multiply`,
    );
  }
  const shared = [shapeOf(a.chunks).at(-1)!, shapeOf(b.chunks).at(Math.max(-2, -nb))!] as const;
  if (differ(...shared)) {
    throw new InputError(
      `matmul of the shapes ${shapeText(a)} and ${shapeText(b)} does not fit: the last axis of the first has ${shared[0]} elements and the ${nb === 1 ? 'only axis' : 'last but one'} of the second ${shared[1]}`,
    );
  }
  const [stackA, stackB] = [Math.max(0, na - 2), Math.max(0, nb - 2)];
  const stack = Math.max(stackA, stackB);
  // Labels: 0 rows, 1 summed, 2 columns, and from 3 on the stack.
  const labelsA = [...range(3 + stack - stackA, stackA), ...(na > 1 ? [0, 1] : [1])];
  const labelsB = [...range(3 + stack - stackB, stackB), ...(nb > 1 ? [1, 2] : [1])];
  const out = [...range(3, stack), ...(na > 1 ? [0] : []), ...(nb > 1 ? [2] : [])];
  return contractAll(
    [
      { node: a, labels: labelsA },
      { node: b, labels: labelsB },
    ],
    out,
    'matmul',
  );
}

/** Over the last axis of the first and the last but one of the second; of arrays without axes the product. */
export function dotNode(first: unknown, second: unknown): Node {
  const [a, b] = [nodeOf(first, 'dot'), nodeOf(second, 'dot')];
  const nb = b.chunks.length;
  if (a.chunks.length === 0 || nb === 0) return elementwiseNode('multiply', [first, second], 'dot');
  return alongNode(a, b, [a.chunks.length - 1], [Math.max(0, nb - 2)], 'dot');
}

export function innerNode(first: unknown, second: unknown): Node {
  const [a, b] = [nodeOf(first, 'inner'), nodeOf(second, 'inner')];
  if (a.chunks.length === 0 || b.chunks.length === 0) return elementwiseNode('multiply', [first, second], 'inner');
  return alongNode(a, b, [a.chunks.length - 1], [b.chunks.length - 1], 'inner');
}

/** Which axes of both arrays are summed over: so many last and first ones, or these of the first and those of the second. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

export function tensordotNode(first: unknown, second: unknown, axes: TensordotAxes): Node {
  const [a, b] = [nodeOf(first, 'tensordot'), nodeOf(second, 'tensordot')];
  const [na, nb] = [a.chunks.length, b.chunks.length];
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(na, nb)) {
      throw new InputError(
        `tensordot sums over 0 to ${Math.min(na, nb)} axes of the shapes ${shapeText(a)} and ${shapeText(b)}, not ${axes}`,
      );
    }
    return alongNode(a, b, range(na - axes, axes), range(0, axes), 'tensordot');
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw new InputError(`tensordot takes a number of axes, or those of both arrays, got ${describe(axes)}`);
  }
  const [ofA, ofB] = (axes as readonly [number | readonly number[], number | readonly number[]]).map((some, i) =>
    checkNumbers(some, 'tensordot', 'axes of both arrays').map((axis) =>
      checkAxis(axis, i === 0 ? na : nb, 'tensordot'),
    ),
  ) as [number[], number[]];
  if (ofA.length !== ofB.length || new Set(ofA).size < ofA.length || new Set(ofB).size < ofB.length) {
    throw new InputError(`tensordot pairs axes one to one, got [${ofA.join(', ')}] and [${ofB.join(', ')}]`);
  }
  return alongNode(a, b, ofA, ofB, 'tensordot');
}

/** Summed along pairs of axes; the others of the first come before those of the second. */
function alongNode(a: Node, b: Node, ofA: readonly number[], ofB: readonly number[], who: string): Node {
  const [shapeA, shapeB] = [shapeOf(a.chunks), shapeOf(b.chunks)];
  ofA.forEach((axis, i) => {
    if (!differ(shapeA[axis]!, shapeB[ofB[i]!]!)) return;
    throw new InputError(
      `${who} of the shapes ${shapeText(a)} and ${shapeText(b)} does not fit: axis ${axis} of the first has ${shapeA[axis]} elements and axis ${ofB[i]} of the second ${shapeB[ofB[i]!]}`,
    );
  });
  const labelsA = range(0, a.chunks.length);
  const labelsB = b.chunks.map((_, axis) => {
    const at = ofB.indexOf(axis);
    return at < 0 ? a.chunks.length + axis : ofA[at]!;
  });
  const out = [...labelsA, ...labelsB].filter((label) => !ofA.includes(label));
  return contractAll(
    [
      { node: a, labels: labelsA },
      { node: b, labels: labelsB },
    ],
    out,
    who,
  );
}

/** All elements in one axis. */
const flat = (value: unknown, who: string): Node => {
  const node = nodeOf(value, who);
  return node.chunks.length === 1 ? node : reshapeNode(node, -1, who);
};

/** The product of each element of one array with each of the other. */
export const outerNode = (a: unknown, b: unknown): Node =>
  alongNode(flat(a, 'outer'), flat(b, 'outer'), [], [], 'outer');

/** The sum of the products of all elements, in their order. */
export const vdotNode = (a: unknown, b: unknown): Node => alongNode(flat(a, 'vdot'), flat(b, 'vdot'), [0], [0], 'vdot');

/** The sum along a diagonal of two axes, which go. */
export function traceNode(input: Node, offset: number, axis1: number, axis2: number): Node {
  const diagonal = diagonalNode(input, offset, axis1, axis2, 'trace');
  return foldNode(diagonal, 'sum', -1, {}, 'trace');
}
