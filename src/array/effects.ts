/** Tasks that do something with each chunk of an array, for the sake of doing it. */
import { randomUUID } from 'node:crypto';
import { compute } from '../client/collections.js';
import type { Collection } from '../graph/collection.js';
import { assemble, type GraphPart } from '../graph/part.js';
import type { Key, Task } from '../graph/task.js';
import { type BlockPlace, locator } from '../plan/blockwise.js';
import { places } from '../plan/chunks.js';
import type { ArrayCore } from './core.js';

export interface Effect {
  readonly op: string;
  readonly paramsAt: (place: BlockPlace) => object;
  /** The shipped functions that the operation calls. */
  readonly payloads?: Readonly<Record<string, unknown>>;
}

/** Runs a task on each chunk, each time anew, and resolves to their results in C order. */
export async function runOnChunks(array: ArrayCore, { op, paramsAt, payloads = {} }: Effect): Promise<unknown[]> {
  const name = `${op.slice(op.indexOf('#') + 1)}-${randomUUID().replaceAll('-', '')}`;
  const code = Object.keys(payloads);
  const locate = locator(array.chunks);
  const tasks = Array.from(places(array.numblocks), (place, i): Task => {
    const [key, params] = [`${name}-${i}`, paramsAt(locate(place))];
    return { key, op, params, deps: [array.keys[i]!], ...(code.length > 0 && { code }) };
  });
  const part: GraphPart = { inputs: [array.part], layers: [{ kind: 'tasks', tasks }], code: payloads };
  return (
    await compute(
      results(
        tasks.map(({ key }) => key),
        part,
      ),
    )
  )[0] as unknown[];
}

const results = (keys: readonly Key[], part: GraphPart): Collection<readonly unknown[]> => ({
  keys,
  part,
  toGraph: () => ({ graph: assemble([part]), keys }),
  finish: (all) => all,
  withKeys: (others) => results(others, part),
});
