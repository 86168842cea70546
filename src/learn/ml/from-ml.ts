import type { Block } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import type { Estimator, Label, Params } from '../estimator.js';

type Rows = number[][];

/** A trained model of an ml.js package. */
export interface MlModel {
  train?(X: Rows, y: readonly Label[]): unknown;
  predict(X: Rows): ArrayLike<Label> | Promise<ArrayLike<Label>>;
}

/**
 * The class of an ml.js classifier. With a method `train` it is constructed with its options; without one, as ml-knn,
 * with data, labels and options.
 */
// biome-ignore lint/suspicious/noExplicitAny: the two kinds of constructors differ in their arguments
export type MlConstructor = new (...args: any[]) => MlModel;

/** An ml.js classifier behind the methods that model search asks for. */
export interface MlEstimator extends Estimator {
  /** The trained model, once `fit` has run. */
  readonly model_: MlModel | undefined;
}

/** The rows of a matrix as arrays of their own, which ml.js packages may keep and change. */
export function toRows({ shape, data }: Block): Rows {
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}

/** A model of `Type` trained on the data, whichever way its class is constructed. */
async function trained(Type: MlConstructor, params: Params, X: Rows, y: readonly Label[]): Promise<MlModel> {
  if (typeof Type.prototype.train !== 'function') return new Type(X, [...y], { ...params });
  const model = new Type({ ...params });
  await model.train!(X, y);
  return model;
}

/**
 * Any ml.js classifier as an estimator. Its parameters are those in `options`: ml.js classes do not tell what they
 * know, so name there what a search is to vary, with a default.
 *
 * @example
 * import KNN from 'ml-knn';
 * const search = new GridSearchCV(fromMl(KNN, { k: 3 }), { k: [1, 3, 5] });
 */
export function fromMl(Type: MlConstructor, options: Params = {}): MlEstimator {
  // A class of its own, so that `clone` can construct another from parameters alone.
  const MlClassifier = class implements MlEstimator {
    static readonly name: string = Type.name;
    model_: MlModel | undefined;
    #params: Params;

    constructor(params: Params = {}) {
      this.#params = { ...params };
    }

    getParams(): Params {
      return { ...this.#params };
    }

    setParams(params: Params): this {
      const unknown = Object.keys(params).find((name) => !(name in this.#params));
      if (unknown !== undefined) {
        throw new InputError(
          `${unknown} is no parameter of this ${Type.name}: there are ${Object.keys(this.#params).join(', ') || 'none'}; ` +
            `name it in fromMl(${Type.name}, { ${unknown}: … })`,
        );
      }
      this.#params = { ...this.#params, ...params };
      return this;
    }

    async fit(X: Block, y: readonly Label[]): Promise<this> {
      this.model_ = await trained(Type, this.#params, toRows(X), y);
      return this;
    }

    predict(X: Block): ArrayLike<Label> | Promise<ArrayLike<Label>> {
      if (!this.model_) throw new InputError(`this ${Type.name} is not fitted yet: await fit(X, y) before predict`);
      return this.model_.predict(toRows(X));
    }
  };
  return new MlClassifier(options);
}
