import type { Node } from '../node.js';

/** One rewriting of a node, which has the same value afterwards; undefined where it does not apply. */
export interface Rule {
  readonly name: string;
  readonly rewrite: (node: Node, context: RuleContext) => Node | undefined;
}

export interface RuleContext {
  /** How many nodes take the value of this one. */
  readonly uses: (node: Node) => number;
  /** Those nodes. */
  readonly others: (node: Node) => readonly Node[];
}
