/**
 * Running sums and products: each chunk is reduced along the axis, what is before it is joined chunk after chunk, and
 * from that on a second pass over it gives the results (reduce-then-scan: Blelloch, Prefix sums and their applications,
 * 1990). Two passes that read take less memory than one that writes what another one shifts.
 */
import type { ScanParams } from '../expr/scan.js';
import type { Key, Task } from '../graph/task.js';
import { type Chunks, gridOf, indexIn, places } from './chunks.js';
import { formatProgram } from './format-program.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { type WalkParams, walkAt } from './walk.js';

export interface ScanNodeParams extends WalkParams {
  readonly scan: ScanParams;
}

export const scan: NodeKind<ScanNodeParams> = {
  name: 'scan',
  lower(node, keys) {
    const { scan, ...walk } = node.params;
    const { reducer, axis } = scan;
    const grid = gridOf(node.chunks);
    const at = walkAt(walk, node.inputs, node.chunks);
    const tasks: Task[] = [];
    const before = new Map<number, Key>();
    for (const place of places(grid)) {
      const { params, deps } = at(place, keys);
      const name = `${node.name}${place.map((index) => `-${index}`).join('')}`;
      const known = before.get(indexIn(grid, place));
      tasks.push({
        key: keyAt(node, place),
        op: 'expr/scan.js#scan',
        params: { ...params, scan, inputs: deps.length },
        deps: known === undefined ? deps : [...deps, known],
      });
      if (place[axis] === grid[axis]! - 1) continue;
      const total = `total-${name}`;
      tasks.push({ key: total, op: 'expr/scan.js#total', params: { ...params, scan }, deps });
      const next = place.map((index, i) => (i === axis ? index + 1 : index));
      let carried = total;
      if (known !== undefined) {
        carried = `carry-${name}`;
        tasks.push({ key: carried, op: 'expr/scan.js#carry', params: { reducer }, deps: [known, total] });
      }
      before.set(indexIn(grid, next), carried);
    }
    return { tasks, keys: [...places(grid)].map((place) => keyAt(node, place)) };
  },
  describe: ({ scan: { reducer, axis }, program }) => `${reducer} along ${axis} of ${formatProgram(program)}`,
};

export const makeScan = (params: ScanNodeParams, inputs: readonly Node[], chunks: Chunks): Node<ScanNodeParams> =>
  makeNode(scan, { params, inputs, dtype: params.scan.dtype, chunks });
