/**
 * A reduction: one task for each chunk gives a partial result, a tree of tasks joins those of chunks that meet, and what
 * comes of it goes through a last program. Reductions that differ only in that share the tasks before it.
 */
import type { Aggregate, ChunkParams } from '../expr/aggregate.js';
import { type Program, resultOf } from '../expr/program.js';
import type { Key, Task } from '../graph/task.js';
import { contentHash } from '../util/hash.js';
import { type Chunks, gridOf, places, shapeOf, startsOf } from './chunks.js';
import { formatProgram } from './format-program.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { joinInTree } from './tree.js';
import { type WalkParams, walkAt } from './walk.js';

export interface ReductionParams extends WalkParams {
  readonly aggregate: Aggregate;
  readonly reduced: readonly number[];
  /** Whether the reduced axes stay. */
  readonly keepdims: boolean;
  /** From what the aggregate gives to the result. */
  readonly finish: Program;
  /** The chunks that are walked over. */
  readonly space: Chunks;
  /** A second value for each element, over the same inputs. */
  readonly beside?: Program;
  /** The inputs that are looked up in instead of walked over: of one chunk each. */
  readonly tables?: readonly number[];
  /** How many elements a reduced axis that stays has; one unless told. */
  readonly left?: number;
  /** The chunks of the result, where they do not follow from what is reduced. */
  readonly result?: Chunks;
}

const OPS = 'expr/aggregate.js';

export const reduction: NodeKind<ReductionParams> = {
  name: 'reduction',
  lower(node, keys) {
    const { params } = node;
    const { aggregate, reduced, finish, result } = params;
    const chunkAt = chunksOf(node, keys);
    const last = { aggregate, finish, dropped: params.keepdims || result ? [] : reduced };
    const partial = partialName(node);
    const tasks: Task[] = [];
    const targets: Key[] = [];
    for (const [name, members] of groupsOf(params)) {
      const target = keyAt(node, result ? result.map(() => 0) : keptOf(params, members[0]!));
      targets.push(target);
      if (members.length === 1) {
        const only = chunkAt(members[0]!);
        tasks.push({ key: target, op: `${OPS}#whole`, params: { ...only.params, ...last }, deps: only.deps });
        continue;
      }
      const chunks = members.map((place): Key => {
        const key = `reduce-${partial}-${place.join('-')}`;
        tasks.push({ key, op: `${OPS}#chunk`, ...chunkAt(place) });
        return key;
      });
      const deps = joinInTree(tasks, chunks, {
        combine: `${OPS}#combine`,
        params: { aggregate },
        keyAt: (level, i) => `combine-${partial}-${name}/${level}-${i}`,
      });
      tasks.push({ key: target, op: `${OPS}#finish`, params: last, deps });
    }
    return { tasks, keys: targets };
  },
  describe: ({ aggregate, reduced, program }) =>
    `${'reducer' in aggregate ? aggregate.reducer : aggregate.row} over [${reduced.join(', ')}] of ${formatProgram(program)}`,
};

/** The task of the chunk at a place. */
function chunksOf({ params, inputs }: Node<ReductionParams>, keys: readonly (readonly Key[])[]) {
  const { aggregate, reduced, space, beside, tables } = params;
  const at = walkAt(params, inputs, space);
  const starts = space.map(startsOf);
  const whole = shapeOf(space);
  const more = { ...(beside && { beside }), ...(tables && { tables }) };
  return (place: readonly number[]) => {
    const { params: walk, deps } = at(place, keys);
    const from = place.map((index, axis) => starts[axis]![index]!);
    return { params: { ...walk, aggregate, reduced, from, whole, ...more } satisfies ChunkParams, deps };
  };
}

/** One name for partial results that are the same, whatever becomes of them. */
function partialName({ params, inputs }: Node<ReductionParams>): string {
  const { finish: _finish, keepdims: _keepdims, result: _result, ...partial } = params;
  return contentHash([partial, inputs.map(({ name }) => name)]);
}

/** The places whose partial results meet, by where they do, in C order. */
function groupsOf({ space, reduced, result }: ReductionParams): Map<string, (readonly number[])[]> {
  const groups = new Map<string, (readonly number[])[]>();
  for (const place of places(gridOf(space))) {
    const name = result ? '' : place.filter((_, axis) => !reduced.includes(axis)).join('-');
    const members = groups.get(name);
    if (members) members.push(place);
    else groups.set(name, [place]);
  }
  return groups;
}

/** The place of the result among its chunks. */
const keptOf = ({ reduced, keepdims }: ReductionParams, place: readonly number[]): number[] =>
  place.flatMap((index, axis) => (reduced.includes(axis) ? (keepdims ? [0] : []) : [index]));

/** The chunks of the result: a reduced axis goes, or has the elements that are left. */
export const resultChunks = ({ space, reduced, keepdims, left = 1, result }: Omit<ReductionParams, 'finish'>): Chunks =>
  result ?? space.flatMap((extents, axis) => (reduced.includes(axis) ? (keepdims ? [[left]] : []) : [extents]));

export const makeReduction = (params: ReductionParams, inputs: readonly Node[]): Node<ReductionParams> =>
  makeNode(reduction, { params, inputs, dtype: resultOf(params.finish), chunks: resultChunks(params) });
