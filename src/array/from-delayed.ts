/** An array of one chunk that others compute. */
import { checkDType, type DType } from '../arrow/dtype.js';
import { isDependency, newSource, sourceOf } from '../client/dependencies.js';
import type { Node } from '../plan/node.js';
import { makeSource } from '../plan/source.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';

export interface FromDelayedOptions {
  /** NaN where it is not known. */
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export function delayedNode(value: unknown, options: FromDelayedOptions): Node {
  const who = 'fromDelayed';
  checkOptionNames(who, options, ['shape', 'dtype']);
  if (!isDependency(value))
    throw new InputError(`fromDelayed takes a delayed value, another collection or a future, got ${describe(value)}`);
  const { shape } = options;
  const dtype = checkDType(options.dtype);
  if (!Array.isArray(shape)) throw new InputError(`fromDelayed takes the shape of the value, got ${describe(shape)}`);
  const wrong = shape.find((extent) => !(Number.isNaN(extent) || (Number.isInteger(extent) && extent >= 0)));
  if (wrong !== undefined)
    throw new InputError(`fromDelayed: a shape has integers of 0 or more, or NaN, got ${describe(wrong)}`);
  const source = sourceOf(value);
  const task = { op: 'array/block-ops.js#fromValue', params: { dtype, shape } };
  const { key, part } = newSource('from-delayed', task, [source.key], [source.part]);
  return makeSource(
    [key],
    part,
    dtype,
    shape.map((extent) => [extent]),
    'delayed',
  );
}
