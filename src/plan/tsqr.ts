/**
 * QR and singular values of tall matrices: each block of rows is factored, the triangular factors are stacked and factored
 * again, in a tree, and on the way down the reflections of each block are applied to its part of the factor above (direct
 * TSQR: Benson, Gleich and Demmel, 2013). Where Q is asked for, blocks keep their reflections; else R is all that is made.
 */
import type { DType } from '../arrow/dtype.js';
import type { Key, Task } from '../graph/task.js';
import { contentHash } from '../util/hash.js';
import { shapeOf } from './chunks.js';
import { type BlockTask, keyAt, makeNode, type Node, type NodeKind } from './node.js';

export interface TsqrParams {
  /** Q and R, or the parts of the decomposition into singular values; `vt` is transposed already. */
  readonly part: 'q' | 'r' | 'u' | 's' | 'vt';
  /** How many singular values. */
  readonly k: number;
  readonly dtype: DType;
}

/** How many triangular factors are stacked by one task. */
const SPLIT_EVERY = 8;

export const tsqr: NodeKind<TsqrParams> = {
  name: 'tsqr',
  lower(node, [keys]) {
    const { part, k, dtype } = node.params;
    const [input] = node.inputs as [Node];
    const [extents, [n]] = input.chunks as [readonly number[], [number]];
    const token = contentHash([tsqr.name, input.name]);
    const tasks: Task[] = [];
    const add = (name: string, task: BlockTask, key: Key = `${name}-${token}`): Key => {
      tasks.push({ key, ...task });
      return key;
    };
    // Without Q there are no reflections to keep; R is the same to the bit.
    if (part === 'r' || part === 's' || part === 'vt') {
      const triangle = (to: DType, key?: Key) => triangleOf(keys!, to, add, key);
      if (part === 'r') return { tasks, keys: [triangle(dtype, keyAt(node, [0, 0]))] };
      const packed = add('svd', { op: 'kernels/svd.js#decompose', params: {}, deps: [triangle('float64')] });
      const params = { of: part === 's' ? 's' : 'v', m: n, n, k, dtype };
      const key = keyAt(node, part === 's' ? [0] : [0, 0]);
      return { tasks, keys: [add('', { op: 'kernels/svd.js#part', params, deps: [packed] }, key)] };
    }
    const tree = factorTree(keys!, extents, n, add);
    const last = tree[0]!.map((_, i) => keyAt(node, [i, 0]));
    if (part === 'q') {
      seeded(tree, undefined, dtype, last, `q-${token}`, add);
      return { tasks, keys: last };
    }
    const root = tree.at(-1)![0]!.factored;
    const r = add('tsqr-root', { op: 'kernels/qr.js#triangle', params: { dtype: 'float64' }, deps: [root] });
    const packed = add('svd-q', { op: 'kernels/svd.js#decompose', params: {}, deps: [r] });
    const params = { of: 'u', m: n, n, k, dtype: 'float64' };
    const seed = add(`svd-u-${k}`, { op: 'kernels/svd.js#part', params, deps: [packed] });
    seeded(tree, seed, dtype, last, `u-${k}-${token}`, add);
    return { tasks, keys: last };
  },
  describe: ({ part }) => part,
};

interface Factored {
  readonly factored: Key;
  /** How many rows its R has. */
  readonly rows: number;
}

type Add = (name: string, task: BlockTask, key?: Key) => Key;

/** The factored blocks of each level, the first that of the chunks and the last of one. */
function factorTree(keys: readonly Key[], extents: readonly number[], n: number, add: Add): Factored[][] {
  const factor = (name: string, deps: readonly Key[], rows: number): Factored => ({
    factored: add(name, { op: 'kernels/qr.js#factor', params: {}, deps }),
    rows: Math.min(rows, n),
  });
  const levels = [keys.map((key, i) => factor(`tsqr-0-${i}`, [key], extents[i]!))];
  for (let depth = 1; levels.at(-1)!.length > 1; depth++) {
    const below = levels.at(-1)!;
    const triangles = below.map(({ factored }, i) =>
      add(`tsqr-r-${depth}-${i}`, { op: 'kernels/qr.js#triangle', params: { dtype: 'float64' }, deps: [factored] }),
    );
    const level: Factored[] = [];
    for (let i = 0; i < below.length; i += SPLIT_EVERY) {
      const rows = below.slice(i, i + SPLIT_EVERY).reduce((sum, one) => sum + one.rows, 0);
      level.push(factor(`tsqr-${depth}-${level.length}`, triangles.slice(i, i + SPLIT_EVERY), rows));
    }
    levels.push(level);
  }
  return levels;
}

/** R alone, of the triangular factors of some blocks at a time. */
function triangleOf(keys: readonly Key[], dtype: DType, add: Add, last?: Key): Key {
  let level = keys;
  for (let depth = 0; ; depth++) {
    const groups: (readonly Key[])[] = [];
    const size = depth === 0 ? 1 : SPLIT_EVERY;
    for (let i = 0; i < level.length; i += size) groups.push(level.slice(i, i + size));
    const isLast = groups.length === 1;
    const params = { dtype: isLast ? dtype : 'float64' };
    const of = (deps: readonly Key[]): BlockTask => ({ op: 'kernels/qr.js#triangular', params, deps });
    if (isLast) return add(`triangle-${dtype}`, of(groups[0]!), last);
    level = groups.map((deps, i) => add(`triangle-${depth}-${i}`, of(deps)));
  }
}

/** The products of Q and a seed by blocks of rows, from the root of the tree down to its chunks. */
function seeded(
  tree: readonly (readonly Factored[])[],
  seed: Key | undefined,
  dtype: DType,
  last: readonly Key[],
  token: string,
  add: Add,
): void {
  let above: readonly (Key | undefined)[] = [seed];
  for (let depth = tree.length - 1; depth >= 0; depth--) {
    const level = tree[depth]!;
    above = level.map(({ factored, rows }, i) => {
      const parent = above[depth === tree.length - 1 ? 0 : Math.floor(i / SPLIT_EVERY)];
      const group = level.slice(Math.floor(i / SPLIT_EVERY) * SPLIT_EVERY, i);
      const start = group.reduce((sum, one) => sum + one.rows, 0);
      const params = { dtype: depth === 0 ? dtype : ('float64' as const), rows: [start, start + rows] };
      const deps = parent === undefined ? [factored] : [factored, parent];
      const key = depth === 0 ? last[i] : `tsqr-${depth}-${i}-${token}`;
      return add('', { op: 'kernels/qr.js#orthogonal', params, deps }, key);
    });
  }
}

/** Of a matrix that is one chunk wide and, for singular values, as tall as wide at least. */
export function makeTsqr(input: Node, part: TsqrParams['part'], dtype: DType, count?: number): Node {
  const [m, n] = shapeOf(input.chunks) as [number, number];
  const k = count ?? Math.min(m, n);
  const chunks = {
    q: [input.chunks[0]!, [k]],
    r: [[k], [n]],
    u: [input.chunks[0]!, [k]],
    s: [[k]],
    vt: [[k], [n]],
  }[part];
  return makeNode(tsqr, { params: { part, k, dtype }, inputs: [input], dtype, chunks });
}
