/** How variables go together: weighted means, covariances and correlations. */
import { isFloat, promote } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { formatShape, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { makePermute } from '../plan/permute.js';
import { makeReduction } from '../plan/reduction.js';
import { InputError } from '../util/errors.js';
import { checkAxes } from './axes.js';
import { ArrayCore } from './core.js';
import { castNode } from './elementwise.js';
import { meanNode, varianceNode } from './moments.js';
import { elementwiseNode, nodeOf, walkNode } from './operands.js';
import { type Axis, foldNode, type KeepOptions } from './reduce.js';

const call = (op: Parameters<typeof elementwiseNode>[0], ...nodes: readonly Node[]): Node =>
  elementwiseNode(
    op,
    nodes.map((node) => new ArrayCore(node)),
  );

/** The mean weighted by an array of the same shape, or by one along the axis. */
export function averageNode(input: Node, axis: Axis | undefined, weights: unknown, options: KeepOptions): Node {
  if (weights === undefined) return meanNode(input, axis, options);
  const node = nodeOf(weights, 'average');
  const [shape, own] = [shapeOf(input.chunks), shapeOf(node.chunks)];
  const axes = checkAxes(axis, shape.length, 'average');
  const isAlike = shape.length === own.length && shape.every((extent, i) => extent === own[i]);
  const isAlong = axes.length === 1 && own.length === 1 && own[0] === shape[axes[0]!];
  if (!isAlike && !isAlong) {
    throw new InputError(
      `average takes weights of the shape ${formatShape(shape)}, or one for each element of one axis; these are ${formatShape(own)}`,
    );
  }
  const spread = isAlike
    ? node
    : makePermute(
        node,
        shape.map((_, i) => (i === axes[0] ? 0 : null)),
      );
  const both = promote(input.dtype, node.dtype);
  const dtype = isFloat(both) ? both : 'float64';
  const [values, by] = [castNode(input, dtype), castNode(spread, dtype)];
  const total = isAlike ? foldNode(by, 'sum', axes, options) : foldNode(by, 'sum', null);
  return call('divide', foldNode(call('multiply', values, by), 'sum', axes, options), total);
}

export interface CovarianceOptions {
  /** Whether variables are rows, as they are unless told. */
  readonly rowvar?: boolean;
  /** What is taken off the number of observations before it divides; 1 unless told. */
  readonly ddof?: number;
}

/** Variables as rows of a matrix of floats, each without its mean. */
function centred(input: Node, rowvar: boolean, who: string): Node {
  const { length } = input.chunks;
  if (length > 2 || length === 0) {
    throw new InputError(`${who} takes an array of one axis or two, and this one has ${length}`);
  }
  const matrix = makePermute(input, length === 1 ? [null, 0] : rowvar ? [0, 1] : [1, 0]);
  const floats = castNode(matrix, 'float64');
  return call('subtract', floats, meanNode(floats, 1, { keepdims: true }));
}

export function covarianceNode(input: Node, { rowvar = true, ddof = 1 }: CovarianceOptions): Node {
  const rows = centred(input, rowvar, 'cov');
  return input.chunks.length === 1 ? makePermute(products(rows, ddof), []) : products(rows, ddof);
}

/** The mean product of every two rows: all pairs are walked over, and none stored. */
function products(rows: Node, ddof: number): Node {
  const builder = new ProgramBuilder();
  const program = builder.build(builder.call('multiply', builder.input(0, 'float64'), builder.input(1, 'float64')));
  const last = new ProgramBuilder();
  const [sum, count] = [last.input(0, 'float64'), last.input(1, 'float64')];
  const free = last.call('subtract', count, last.constant(ddof, 'float64'));
  const divisor = last.call('maximum', free, last.constant(0, 'float64'));
  const [variables, observations] = rows.chunks as [readonly number[], readonly number[]];
  return makeReduction(
    {
      program,
      axes: [
        [0, 2],
        [1, 2],
      ],
      aggregate: { row: 'fold', reducer: 'sum' },
      reduced: [2],
      keepdims: false,
      finish: last.build(last.call('divide', sum, divisor)),
      space: [variables, variables, observations],
    },
    [rows, rows],
  );
}

export function correlationNode(input: Node, { rowvar = true }: CovarianceOptions): Node {
  const rows = centred(input, rowvar, 'corrcoef');
  const deviations = varianceNode(rows, { who: 'corrcoef', isRoot: true, skipNaN: false }, 1);
  const scaled = call(
    'divide',
    call('divide', products(rows, 0), makePermute(deviations, [0, null])),
    makePermute(deviations, [null, 0]),
  );
  // What rounding has put beyond the ends is at them.
  const most = new ProgramBuilder();
  const value = most.input(0, 'float64');
  const below = most.call('minimum', value, most.constant(1, 'float64'));
  const clipped = walkNode(most, most.call('maximum', below, most.constant(-1, 'float64')), [scaled], 'corrcoef');
  return input.chunks.length === 1 ? makePermute(clipped, []) : clipped;
}
