/** Einstein's notation: `'ij,jk->ik'` names the axes of each array and of the result; what is not in the result is summed over. */
import { formatShape, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { contractAll } from './contract.js';

/** Axes under an ellipsis have labels beyond those of letters, counted from the last one. */
const ELLIPSIS = 0x110000;

export function einsumNode(subscripts: string, nodes: readonly Node[]): Node {
  if (typeof subscripts !== 'string')
    throw new InputError(`einsum takes subscripts first, got ${describe(subscripts)}`);
  const text = subscripts.replaceAll(' ', '');
  const refuse = (why: string): never => {
    throw new InputError(`einsum cannot read ${JSON.stringify(subscripts)}: ${why}`);
  };
  const sides = text.split('->');
  if (sides.length > 2) refuse('there is one arrow at most');
  const terms = sides[0]!.split(',');
  if (terms.length !== nodes.length) refuse(`it names ${terms.length} arrays, and ${nodes.length} are given`);
  for (const term of [...terms, sides[1] ?? '']) {
    if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term))
      refuse(`${JSON.stringify(term)} has more than letters and one ellipsis`);
  }
  const operands = nodes.map((node, i) => {
    const shape = shapeOf(node.chunks);
    const [before, after] = terms[i]!.split('...').map(lettersOf) as [number[], number[] | undefined];
    const hidden = shape.length - before.length - (after?.length ?? 0);
    if (hidden < 0 || (after === undefined && hidden > 0)) {
      refuse(`${JSON.stringify(terms[i])} does not fit an array of the shape ${formatShape(shape)}`);
    }
    return { node, labels: [...before, ...hiddenLabels(hidden), ...(after ?? [])] };
  });
  for (const { node, labels } of operands) {
    labels.forEach((label, axis) => {
      const [one, other] = [shapeOf(node.chunks)[labels.indexOf(label)]!, shapeOf(node.chunks)[axis]!];
      if (one === other || Number.isNaN(one + other)) return;
      refuse(`axes of one letter have ${one} and ${other} elements in the shape ${formatShape(shapeOf(node.chunks))}`);
    });
  }
  const most = Math.max(0, ...operands.map(({ labels }) => labels.filter((label) => label >= ELLIPSIS).length));
  const out =
    sides.length === 2
      ? outputOf(sides[1]!, most)
      : impliedBy(
          operands.flatMap(({ labels }) => labels),
          most,
        );
  const known = new Set(operands.flatMap(({ labels }) => labels));
  for (const label of out) {
    if (!known.has(label)) refuse(`the result has ${String.fromCodePoint(label)}, which no array has`);
  }
  if (new Set(out).size < out.length) refuse('the result names an axis twice');
  if (sides.length === 2 && most > 0 && !sides[1]!.includes('...'))
    refuse('the result has no ellipsis, and the arrays have axes for it');
  return contractAll(operands, out, 'einsum');
}

const lettersOf = (text: string): number[] => Array.from(text, (letter) => letter.codePointAt(0)!);

/** The labels of so many axes under an ellipsis: they are broadcast together from the last one on. */
const hiddenLabels = (count: number): number[] => Array.from({ length: count }, (_, i) => ELLIPSIS + count - 1 - i);

function outputOf(text: string, most: number): number[] {
  const [before, after] = text.split('...').map(lettersOf) as [number[], number[] | undefined];
  return after ? [...before, ...hiddenLabels(most), ...after] : before;
}

/** Without an arrow: the axes under the ellipsis, then the letters that are there once, in their order. */
function impliedBy(labels: readonly number[], most: number): number[] {
  const letters = labels.filter((label) => label < ELLIPSIS);
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...hiddenLabels(most), ...once.sort((a, b) => a - b)];
}
