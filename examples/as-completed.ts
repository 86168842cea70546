/** Results in the order in which they are there, and new tasks made of them: a search that narrows around the best point. */
import { asCompleted, Client } from 'sheaf';

const client = new Client();

const valley = (x: number): { readonly x: number; readonly depth: number } => ({ x, depth: (x - Math.PI) ** 2 });

const grid = (from: number, to: number): number[] => Array.from({ length: 9 }, (_, i) => from + ((to - from) * i) / 8);

let best = { x: 0, depth: Number.POSITIVE_INFINITY };
let [from, to] = [0, 8];
for (let round = 0; round < 12; round++) {
  for await (const [, point] of asCompleted(client.map(valley, grid(from, to)), { withResults: true })) {
    if (point.depth < best.depth) best = point;
  }
  const step = (to - from) / 8;
  [from, to] = [best.x - step, best.x + step];
}
console.log(`the deepest point is at ${best.x.toFixed(4)}`);

await client.shutdown();
