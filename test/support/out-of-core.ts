/** A job whose intermediate data is four times the memory of its cluster, and what it came to. */
import { readFileSync } from 'node:fs';
import type { Client, Future } from '../../src/index.js';

/** What is asked of the blocks, and the values that come of it. */
export const patterns = {
  /** Every block is read where it is. */
  sums: (client: Client, blocks: Blocks) => client.gather(client.map(sumOf, blocks)),
  /** Every block meets one from far away, which may lie on the disk of another worker. */
  pairs: (client: Client, blocks: Blocks) =>
    client.gather(blocks.map((block, i) => client.submit(ends, block, blocks[partner(i, blocks.length)]!))),
  /** Blocks are added up two by two, to new ones of the same size, until one is left. */
  tree(client: Client, blocks: Blocks) {
    let level = blocks;
    while (level.length > 1) {
      const half = Math.ceil(level.length / 2);
      level = level
        .slice(0, half)
        .map((block, i) => (half + i < level.length ? client.submit(plus, block, level[half + i]!) : block));
    }
    return client.gather([client.submit(sumOf, level[0]!)]);
  },
} as const;

type Values = Float64Array;
type Blocks = readonly Future<Values>[];
export type Pattern = keyof typeof patterns;

export const expected: { readonly [K in Pattern]: (count: number, length: number) => number[] } = {
  sums: (count, length) => Array.from({ length: count }, (_, i) => i * length),
  pairs: (count) => Array.from({ length: count }, (_, i) => 1000 * i + partner(i, count)),
  tree: (count, length) => [(length * count * (count - 1)) / 2],
};

const partner = (i: number, count: number): number => (7 * i + 3) % count;

/** `count` blocks of `length` numbers, block i filled with i, all of them wanted until they are released. */
export const blocksOf = (client: Client, count: number, length: number): Future<Values>[] =>
  client.map(
    (i: number) => new Float64Array(new SharedArrayBuffer(8 * length)).fill(i),
    Array.from({ length: count }, (_, i) => i),
  );

const sumOf = (block: Values): number => block.reduce((a, b) => a + b, 0);
const ends = (a: Values, b: Values): number => 1000 * a[0]! + b.at(-1)!;
const plus = (a: Values, b: Values): Values => {
  const sum = new Float64Array(new SharedArrayBuffer(a.byteLength));
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + b[i]!;
  return sum;
};

/** The most memory that a process ever had, in MiB. */
export const peakMiB = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;
