/** Rewrites a plan by rules, from the inputs up, until none applies any more. */
import { InvariantError } from '../util/errors.js';
import { sameChunks } from './chunks.js';
import type { Node } from './node.js';
import { makeNode } from './node.js';
import { absorbPermute } from './rules/absorb-permute.js';
import { contractPermute } from './rules/contract-permute.js';
import { flattenConcatenate } from './rules/flatten-concatenate.js';
import { fuseElementwise } from './rules/fuse-elementwise.js';
import { fuseFinish } from './rules/fuse-finish.js';
import { mergeRechunks } from './rules/merge-rechunks.js';
import { rechunkGenerated } from './rules/rechunk-generated.js';
import { rechunkStored } from './rules/rechunk-stored.js';
import type { Rule } from './rules/rule.js';
import { sliceConcatenate } from './rules/slice-concatenate.js';
import { slicePermute } from './rules/slice-permute.js';
import { sliceRechunk } from './rules/slice-rechunk.js';
import { sliceSlice } from './rules/slice-slice.js';
import { sliceStored } from './rules/slice-stored.js';
import { sliceWalk } from './rules/slice-walk.js';

/** In the order in which they are tried. */
export const rules: readonly Rule[] = [
  flattenConcatenate,
  mergeRechunks,
  rechunkGenerated,
  rechunkStored,
  sliceSlice,
  slicePermute,
  sliceRechunk,
  sliceConcatenate,
  sliceWalk,
  sliceStored,
  absorbPermute,
  contractPermute,
  fuseElementwise,
  fuseFinish,
];

/** A plan that goes on changing after so many rounds never ends: two rules undo one another. */
const MOST_ROUNDS = 100;

export function optimize(root: Node): Node {
  let at = root;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = rewriteAll(at);
    if (next === at) return at;
    at = next;
  }
  throw new InvariantError(`the rules ${rules.map(({ name }) => name).join(', ')} rewrite a plan without end`);
}

function rewriteAll(root: Node): Node {
  const counts = usesIn(root);
  const uses = (node: Node) => counts.get(node.name) ?? 0;
  const done = new Map<string, Node>();
  for (const node of inOrder(root)) {
    const inputs = node.inputs.map(({ name }) => done.get(name)!);
    let at = inputs.every((input, i) => input === node.inputs[i]) ? node : withInputs(node, inputs);
    for (const { name, rewrite } of rules) {
      const next = rewrite(at, { uses });
      if (!next) continue;
      if (next.dtype !== node.dtype || !sameChunks(next.chunks, node.chunks)) {
        throw new InvariantError(`the rule ${name} changed what ${node.kind.name} ${node.name} is`);
      }
      at = next;
    }
    counts.set(at.name, Math.max(uses(at), uses(node)));
    done.set(node.name, at);
  }
  return done.get(root.name)!;
}

const withInputs = (node: Node, inputs: readonly Node[]): Node => {
  const { kind, params, dtype, chunks, code } = node;
  return makeNode(kind, { params, inputs, dtype, chunks, ...(code && { code }) });
};

/** Every node once, inputs first; without recursion, since plans may be long. */
export function inOrder(root: Node): Node[] {
  const order: Node[] = [];
  const seen = new Set<string>();
  const stack: { readonly node: Node; isOpen: boolean }[] = [{ node: root, isOpen: false }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (top.isOpen) {
      stack.pop();
      order.push(top.node);
      continue;
    }
    if (seen.has(top.node.name)) {
      stack.pop();
      continue;
    }
    seen.add(top.node.name);
    top.isOpen = true;
    for (const input of [...top.node.inputs].reverse()) stack.push({ node: input, isOpen: false });
  }
  return order;
}

function usesIn(root: Node): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { inputs } of inOrder(root)) {
    for (const name of new Set(inputs.map((input) => input.name))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
