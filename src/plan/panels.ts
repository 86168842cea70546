/**
 * Factorizations in panels, which are all rows of some columns: what panels before it do to a panel is a chain of tasks, and
 * the chains of different panels run side by side. So a pivot is looked for in its whole column, as in LAPACK, where pivots
 * within square chunks would fail for matrices that are regular.
 */
import type { DType } from '../arrow/dtype.js';
import type { Key, Task } from '../graph/task.js';
import { contentHash } from '../util/hash.js';
import { type Chunks, shapeOf, startsOf } from './chunks.js';
import { type BlockTask, keyAt, makeNode, type Node, type NodeKind } from './node.js';

export type PanelPart = 'cholesky' | 'p' | 'l' | 'u' | 'sign' | 'log' | 'det' | 'solve';

export interface PanelParams {
  readonly part: PanelPart;
  readonly dtype: DType;
}

/** What is being lowered: panels, where the diagonal of each begins, and where tasks go. */
interface Panels {
  readonly node: Node<PanelParams>;
  readonly shape: readonly [number, number];
  readonly widths: readonly number[];
  readonly starts: readonly number[];
  readonly keys: readonly Key[];
  /** The columns of the right side. */
  readonly right: readonly Key[];
  readonly add: (key: Key, task: BlockTask) => Key;
  readonly token: string;
}

export const panels: NodeKind<PanelParams> = {
  name: 'panels',
  lower(node, [keys, right = []]) {
    const [input] = node.inputs as [Node];
    const widths = input.chunks[1]!;
    const tasks: Task[] = [];
    const done = parts[node.params.part]({
      node,
      shape: shapeOf(input.chunks) as [number, number],
      widths,
      starts: startsOf(widths),
      keys: keys!,
      right,
      token: contentHash([panels.name, input.name]),
      add: (key, task) => {
        tasks.push({ key, ...task });
        return key;
      },
    });
    return { tasks, keys: done };
  },
  describe: ({ part }) => part,
};

const outKey = ({ node }: Panels, i: number): Key => keyAt(node, node.chunks.length === 2 ? [0, i] : []);

/** The panels of L and U in one. */
function eliminated({ keys, starts, token, add }: Panels): Key[] {
  const factored: Key[] = [];
  keys.forEach((key, j) => {
    const updated = factored.reduce((at, panel, k) => {
      const params = { row: starts[k]!, lower: true, unit: true, hasPivots: true };
      return add(`lu-${token}-${j}/${k}`, { op: 'kernels/lu.js#substitute', params, deps: [panel, at] });
    }, key);
    factored.push(
      add(`lu-${token}-${j}`, { op: 'kernels/lu.js#factorPanel', params: { row: starts[j]! }, deps: [updated] }),
    );
  });
  return factored;
}

/** The pivots and the diagonals of factored panels. */
const diagonals = ({ starts, token, add }: Panels, factored: readonly Key[]): Key[] =>
  factored.map((panel, j) =>
    add(`pivots-${token}-${j}`, { op: 'kernels/lu.js#diagonalOf', params: { row: starts[j]! }, deps: [panel] }),
  );

function determined(at: Panels): Key[] {
  const { part, dtype } = at.node.params;
  const params = { part, starts: at.starts, dtype };
  const deps = diagonals(at, eliminated(at));
  return [at.add(outKey(at, 0), { op: 'kernels/lu.js#determinant', params, deps })];
}

const parts: { readonly [P in PanelPart]: (at: Panels) => Key[] } = {
  cholesky(at) {
    const { keys, starts, add, token, node } = at;
    const factored: Key[] = [];
    keys.forEach((key, j) => {
      const params = { row: starts[j]! };
      const updated = factored.reduce(
        (last, panel, k) =>
          add(`cholesky-${token}-${j}/${k}`, { op: 'kernels/cholesky.js#choleskyUpdate', params, deps: [panel, last] }),
        key,
      );
      factored.push(
        add(`cholesky-${token}-${j}`, { op: 'kernels/cholesky.js#choleskyPanel', params, deps: [updated] }),
      );
    });
    const { dtype } = node.params;
    return factored.map((panel, j) =>
      add(outKey(at, j), { op: 'kernels/dense.js#cast', params: { dtype }, deps: [panel] }),
    );
  },
  l(at) {
    const factored = eliminated(at);
    const pivots = diagonals(at, factored);
    const { dtype } = at.node.params;
    return at.node.chunks[1]!.map((width, j) => {
      const params = { row: at.starts[j]!, width, dtype, starts: at.starts.slice(j + 1) };
      const deps = [factored[j]!, ...pivots.slice(j + 1)];
      return at.add(outKey(at, j), { op: 'kernels/lu.js#lowerPart', params, deps });
    });
  },
  u(at) {
    const height = Math.min(...at.shape);
    return eliminated(at).map((panel, j) => {
      const params = { row: at.starts[j]!, height, dtype: at.node.params.dtype };
      return at.add(outKey(at, j), { op: 'kernels/lu.js#upperPart', params, deps: [panel] });
    });
  },
  p(at) {
    const deps = diagonals(at, eliminated(at));
    const [size] = at.shape;
    const columns = at.node.chunks[1]!;
    const begin = startsOf(columns);
    return columns.map((width, j) => {
      const params = { size, column: begin[j]!, width, dtype: at.node.params.dtype, starts: at.starts };
      return at.add(outKey(at, j), { op: 'kernels/lu.js#permutation', params, deps });
    });
  },
  sign: determined,
  log: determined,
  det: determined,
  solve(at) {
    const { right, starts, add, node } = at;
    const factored = eliminated(at);
    const forward = factored.map((panel, k) => ({ panel, row: starts[k]!, lower: true, unit: true, hasPivots: true }));
    const backward = factored.map((panel, k) => ({ panel, row: starts[k]!, lower: false })).reverse();
    const { dtype } = node.params;
    const chain = chainOf(node, [...forward, ...backward], dtype);
    return right.map((key, i) => chain(key, i, outKey(at, i), add));
  },
};

interface Step {
  readonly panel: Key;
  readonly row: number;
  readonly lower: boolean;
  readonly unit?: boolean;
  readonly hasPivots?: boolean;
}

/** Substitutions one after the other, for some columns of the right side. */
const chainOf =
  (node: Node, steps: readonly Step[], dtype: DType) =>
  (right: Key, i: number, last: Key, add: Panels['add']): Key =>
    steps.reduce((at, { panel, ...params }, k) => {
      const isLast = k === steps.length - 1;
      return add(isLast ? last : `substitute-${node.name}-${i}/${k}`, {
        op: 'kernels/lu.js#substitute',
        params: { ...params, dtype: isLast ? dtype : 'float64' },
        deps: [panel, at],
      });
    }, right);

/** Of a matrix in panels; for solutions with a right side whose rows are one chunk. */
export function makePanels(input: Node, part: PanelPart, dtype: DType, chunks: Chunks, right?: Node): Node {
  return makeNode(panels, { params: { part, dtype }, inputs: right ? [input, right] : [input], dtype, chunks });
}

export interface TriangularParams {
  readonly lower: boolean;
  readonly unit: boolean;
  readonly dtype: DType;
}

/** The solution of a triangular system: a matrix in panels, and a right side whose rows are one chunk. */
export const triangular: NodeKind<TriangularParams> = {
  name: 'triangular',
  lower(node, [keys, right]) {
    const { lower, unit, dtype } = node.params;
    const [input] = node.inputs as [Node];
    const starts = startsOf(input.chunks[1]!);
    const steps = keys!.map((panel, k) => ({ panel, row: starts[k]!, lower, unit }));
    const chain = chainOf(node, lower ? steps : steps.reverse(), dtype);
    const tasks: Task[] = [];
    const done = right!.map((key, i) =>
      chain(key, i, keyAt(node, [0, i]), (own, task) => {
        tasks.push({ key: own, ...task });
        return own;
      }),
    );
    return { tasks, keys: done };
  },
  describe: ({ lower }) => (lower ? 'lower' : 'upper'),
};

export const makeTriangular = (params: TriangularParams, matrix: Node, right: Node): Node =>
  makeNode(triangular, { params, inputs: [matrix, right], dtype: params.dtype, chunks: right.chunks });
