/** From what a user gives beside arrays to nodes: arrays of any sort, and bare values, which take the dtype of what they meet. */
import { allocate, type Block, dtypeOf, isBlock, sizeOf } from '../arrow/block.js';
import {
  castElement,
  type DType,
  type DTypeArray,
  dtypeOfValue,
  type Element,
  promoteAll,
  promoteValue,
} from '../arrow/dtype.js';
import { type OpName, ops } from '../expr/ops.js';
import { ProgramBuilder } from '../expr/program.js';
import { copyBox } from '../kernels/assemble.js';
import {
  type Chunks,
  type ChunksLike,
  chunkShape,
  common,
  formatShape,
  gridOf,
  isKnown,
  normalizeChunks,
  places,
  sameExtents,
  shapeOf,
  startsOf,
} from '../plan/chunks.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeSource } from '../plan/source.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { ArrayCore } from './core.js';
import type { Nested } from './ndarray.js';
import { isStrided, type StridedArray, unstrided } from './strided.js';

/** What can stand where an array is wanted. */
export type Operand = ArrayCore | Block<DType> | DTypeArray | StridedArray | Nested;

const isElement = (value: unknown): value is Element =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';

/** The node of anything that is an array, or a bare value of its own dtype. Raises {@link InputError} for other things. */
export function nodeOf(value: unknown, who: string): Node {
  if (value instanceof ArrayCore) return value.node;
  return blockNode(toBlock(value, who));
}

/** A block in memory, cut into chunks. */
export function blockNode(block: Block<DType>, chunks: ChunksLike = 'auto'): Node {
  const { dtype, shape } = block;
  const cut = normalizeChunks(chunks, shape, dtype);
  const token = contentHash(['array', dtype, shape, block.data, cut]);
  const starts = cut.map(startsOf);
  const tasks = [...places(gridOf(cut))].map((place) => {
    const extents = chunkShape(cut, place);
    const data = allocate(dtype, sizeOf(extents));
    const from = place.map((at, axis) => starts[axis]![at]!);
    const part = { dtype, shape: extents, data };
    copyBox(part, block, { from, to: from.map(() => 0), extents });
    return {
      key: `array-${token}${place.map((at) => `-${at}`).join('')}`,
      op: 'graph/ops.js#value',
      params: part,
      deps: [],
    };
  });
  return makeSource(
    tasks.map(({ key }) => key),
    { inputs: [], layers: [{ kind: 'tasks', tasks }] },
    dtype,
    cut,
    'array',
  );
}

/** The block of anything that is an array in memory: nested arrays take the dtype of all their values together. */
export function toBlock(value: unknown, who: string): Block<DType> {
  if (isStrided(value)) return unstrided(value);
  if (isBlock(value)) return value;
  const dtype = dtypeOf(value);
  if (dtype) return { dtype, shape: [(value as DTypeArray).length], data: value as DTypeArray };
  if (isElement(value) || Array.isArray(value)) return nestedBlock(value as Nested, who);
  throw new InputError(`${who} takes arrays and numbers, got ${describe(value)}`);
}

function nestedBlock(nested: Nested, who: string): Block<DType> {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: Element[] = [];
  const visit = (item: unknown, axis: number, place: string): void => {
    if (axis === shape.length) {
      if (!isElement(item))
        throw new InputError(
          `${who} takes numbers, bigints and booleans, got ${describe(item)} at ${place || 'the top'}`,
        );
      flat.push(item);
      return;
    }
    if (!Array.isArray(item) || item.length !== shape[axis]) {
      const found = Array.isArray(item) ? `${item.length} items` : describe(item);
      throw new InputError(
        `the nested array is ragged: ${place || 'the top'} has ${found} where ${shape[axis]} items were expected`,
      );
    }
    for (const [i, inner] of item.entries()) visit(inner, axis + 1, `${place}[${i}]`);
  };
  visit(nested, 0, '');
  const dtype = flat.length === 0 ? 'float64' : promoteAll([...new Set(flat.map(dtypeOfValue))]);
  const data = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) data[i] = castElement(flat[i]!, dtype) as never;
  return { dtype, shape, data };
}

/** An operation on operands that are broadcast together; bare values take the dtype of the arrays that they meet, as in NumPy 2. */
export function elementwiseNode(op: OpName, operands: readonly unknown[], who: string = op): Node {
  const { arity } = ops[op];
  if (operands.length !== arity) throw new InputError(`${who} takes ${arity} operands, got ${operands.length}`);
  const nodes = operands.map((operand) => (isElement(operand) ? operand : nodeOf(operand, who)));
  const inputs = nodes.filter((node): node is Node => !isElement(node));
  const builder = new ProgramBuilder();
  // The first operand of a choice is bool, and says nothing of the dtype of the others.
  const met = (op === 'where' ? nodes.slice(1) : nodes).filter((node): node is Node => !isElement(node));
  const beside = met.length > 0 ? promoteAll(met.map(({ dtype }) => dtype)) : undefined;
  let next = 0;
  const values = nodes.map((node) => {
    if (!isElement(node)) return builder.input(next++, node.dtype);
    return builder.constant(node, beside === undefined ? dtypeOfValue(node) : promoteValue(beside, node));
  });
  return walkNode(builder, builder.call(op, ...values), inputs, who);
}

/** The node of the program that gives `value`, over inputs that are broadcast together. */
export function walkNode(builder: ProgramBuilder, value: number, inputs: readonly Node[], who: string): Node {
  const { chunks, aligned } = align(inputs, who);
  const axes = aligned.map((input) => input.chunks.map((_, axis) => axis + chunks.length - input.chunks.length));
  return makeElementwise(
    {
      program: builder.build(
        value,
        inputs.map(({ dtype }) => dtype),
      ),
      axes,
    },
    aligned,
    chunks,
  );
}

/** The arrays cut alike, and the chunks of what they are broadcast to. Raises {@link InputError} where they do not fit. */
export function align(inputs: readonly Node[], who: string): { chunks: Chunks; aligned: readonly Node[] } {
  const ndim = Math.max(0, ...inputs.map(({ chunks }) => chunks.length));
  const shapes = inputs.map(({ chunks }) => shapeOf(chunks));
  const refuse = (): never => {
    throw new InputError(`${who} cannot broadcast the shapes ${shapes.map(formatShape).join(' and ')} together`);
  };
  const chunks = Array.from({ length: ndim }, (_, axis): readonly number[] => {
    const cuts = inputs.flatMap(({ chunks: own }) => {
      const extents = own[axis - ndim + own.length];
      return extents && shapeOf([extents])[0] !== 1 ? [extents] : [];
    });
    if (cuts.length === 0) return [1];
    const [first, ...others] = cuts as [readonly number[], ...(readonly number[])[]];
    return others.reduce((a, b) => {
      if (sameExtents(a, b)) return a;
      if (!isKnown([a]) || !isKnown([b])) {
        throw new InputError(`${who} has arrays of unknown chunk sizes that may not fit: use computeChunkSizes first`);
      }
      return shapeOf([a])[0] === shapeOf([b])[0] ? common(a, b) : refuse();
    }, first);
  });
  const aligned = inputs.map((input) =>
    makeRechunk(
      input,
      input.chunks.map((extents, axis) => {
        const at = axis + ndim - input.chunks.length;
        return shapeOf([extents])[0] === 1 ? [1] : chunks[at]!;
      }),
    ),
  );
  return { chunks, aligned };
}
