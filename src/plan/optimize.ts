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
import { shareMoments } from './rules/share-moments.js';
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
  shareMoments,
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
  const users = usersIn(root);
  const others = (node: Node) => users.get(node.name) ?? [];
  const uses = (node: Node) => others(node).length;
  const done = new Map<string, Node>();
  for (const node of inOrder(root)) {
    const inputs = node.inputs.map(({ name }) => done.get(name)!);
    let at = inputs.every((input, i) => input === node.inputs[i]) ? node : withInputs(node, inputs);
    for (const { name, rewrite } of rules) {
      const next = rewrite(at, { uses, others });
      if (!next) continue;
      if (next.dtype !== node.dtype || !sameChunks(next.chunks, node.chunks)) {
        throw new InvariantError(`the rule ${name} changed what ${node.kind.name} ${node.name} is`);
      }
      at = next;
    }
    if (uses(at) < uses(node)) users.set(at.name, others(node));
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

/** Which nodes take the value of each. */
function usersIn(root: Node): Map<string, readonly Node[]> {
  const users = new Map<string, Node[]>();
  for (const node of inOrder(root)) {
    for (const name of new Set(node.inputs.map((input) => input.name))) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  }
  return users;
}
