import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import type { RandomStateLike } from '../../util/random.js';
import type { LabelsLike } from '../labels.js';
import type { Split, Splitter } from './split.js';

export interface KFoldOptions {
  /** How many folds, at least 2; 5 unless told. */
  readonly nSplits?: number;
  readonly shuffle?: boolean;
  /** A seed gives the same folds at every call; only with `shuffle`. */
  readonly randomState?: RandomStateLike | undefined;
}

/** What the ways to cut rows into k folds share. */
export abstract class BaseKFold implements Splitter {
  readonly nSplits: number;
  readonly shuffle: boolean;
  readonly randomState: RandomStateLike | undefined;

  constructor(options: KFoldOptions = {}) {
    checkOptionNames(new.target.name, options, ['nSplits', 'shuffle', 'randomState']);
    const { nSplits = 5, shuffle = false, randomState } = options;
    checkOptions(nSplits, shuffle, randomState);
    this.nSplits = nSplits;
    this.shuffle = shuffle;
    this.randomState = randomState;
  }

  /** One split per fold. */
  abstract split(X: unknown, y?: LabelsLike): Split[];

  getNSplits(): number {
    return this.nSplits;
  }

  /** Raises {@link InputError} when there are fewer rows than folds. */
  protected checkEnoughRows(rows: number): void {
    if (this.nSplits > rows) {
      throw new InputError(
        `Cannot have number of splits nSplits=${this.nSplits} greater than the number of samples: ${rows}. Lower nSplits.`,
      );
    }
  }
}

/** Raises {@link InputError} for the options that scikit-learn refuses. */
function checkOptions(nSplits: number, shuffle: boolean, randomState: RandomStateLike | undefined): void {
  if (!Number.isInteger(nSplits))
    throw new InputError(`The number of folds must be an integer, got nSplits=${nSplits}`);
  if (nSplits <= 1) {
    throw new InputError(
      `k-fold cross-validation requires at least one train/test split by setting nSplits=2 or more, got nSplits=${nSplits}`,
    );
  }
  if (typeof shuffle !== 'boolean') throw new InputError(`shuffle must be true or false; got ${String(shuffle)}`);
  if (!shuffle && randomState !== undefined) {
    throw new InputError(
      'Setting a randomState has no effect since shuffle is false: leave randomState out, or set shuffle: true',
    );
  }
}
