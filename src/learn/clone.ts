import { InputError } from '../util/errors.js';
import type { Estimator, Params } from './estimator.js';

const isEstimator = (value: unknown): value is Estimator =>
  typeof value === 'object' &&
  value !== null &&
  ['fit', 'getParams', 'setParams'].every((method) => typeof (value as Record<string, unknown>)[method] === 'function');

/** The same parameters, with estimators among them cloned, so that no two fits share one. */
export const cloneParams = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, isEstimator(value) ? clone(value) : value]));

/**
 * A new, unfitted estimator with the same parameters: its class constructed with what `getParams()` gives, as
 * scikit-learn's `clone`. Raises {@link InputError} when the constructor does not store the parameters as they are.
 *
 * @example
 * const other = clone(new SVC({ C: 10 }));
 * other.getParams().C; // 10
 */
export function clone<E extends Pick<Estimator, 'getParams'>>(estimator: E): E {
  const params = cloneParams(estimator.getParams());
  const Type = estimator.constructor as new (params: Params) => E;
  const copy = new Type(params);
  const kept = copy.getParams();
  for (const [name, value] of Object.entries(params)) {
    if (!Object.is(kept[name], value)) {
      throw new InputError(
        `${Type.name} cannot be cloned: its constructor, given { ${name}: ${String(value)} }, keeps ${String(kept[name])}; ` +
          'it must take one object with the parameters of getParams() and store them as they are',
      );
    }
  }
  return copy;
}
