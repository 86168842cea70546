/** The small data sets that come with the package, as scikit-learn's `load_digits` and `load_iris` give them. */
import { fileURLToPath } from 'node:url';
import { allocate, type Block } from '../arrow/block.js';
import { type Table, toTable } from '../arrow/table.js';
import { type CsvTable, numbersIn, readCsv } from '../io/csv.js';

export interface Dataset {
  /** One row per sample, one column per feature. */
  readonly data: Block<'float64'>;
  /** One class per sample: an index into `targetNames`. */
  readonly target: Block<'int32'>;
  readonly featureNames: readonly string[];
  readonly targetNames: readonly string[];
  readonly description: string;
  /** The Arrow table with one column per feature and, last, `target`; the columns are not copied for it. */
  table(): Promise<Table>;
}

export interface Digits extends Dataset {
  /** `data` as [samples, 8, 8], the same memory. */
  readonly images: Block<'float64'>;
}

/**
 * 1,797 handwritten digits as images of 8 x 8 pixels from 0 to 16, ten classes.
 *
 * @example
 * const digits = await datasets.loadDigits();
 * digits.data.shape; // [1797, 64]
 */
async function loadDigits(): Promise<Digits> {
  const pixels = Array.from({ length: 64 }, (_, i) => `pixel_${i >> 3}_${i & 7}`);
  const dataset = fromCsv(await readCsv(pathOf('digits.csv.gz'), { header: false, delimiter: ',' }), {
    featureNames: pixels,
    targetNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
    description:
      'Optical recognition of handwritten digits (UCI Machine Learning Repository, E. Alpaydin and C. Kaynak, 1998; ' +
      'CC BY 4.0): 1,797 images of 8 x 8 pixels from 0 to 16, ten classes.',
  });
  const { dtype, shape, data } = dataset.data;
  return { ...dataset, images: { dtype, shape: [shape[0]!, 8, 8], data } };
}

/**
 * 150 irises of three species, four measures of each in cm.
 *
 * @example
 * const iris = await datasets.loadIris();
 * iris.targetNames; // ['setosa', 'versicolor', 'virginica']
 */
async function loadIris(): Promise<Dataset> {
  const csv = await readCsv(pathOf('iris.csv'), { header: true, delimiter: ',' });
  return fromCsv(csv, {
    featureNames: ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)'],
    // The file's first line is scikit-learn's: the number of rows, of features, then the names of the classes.
    targetNames: csv.columns.slice(2).map(({ name }) => name),
    description: 'Iris plants (R. A. Fisher, 1936): 150 flowers of three species, four measures of each in cm.',
  });
}

export const datasets = { loadDigits, loadIris } as const;

// dist/src/learn is three folders below the root of the package.
const pathOf = (file: string): string => fileURLToPath(new URL(`../../../datasets/${file}`, import.meta.url));

type Facts = Pick<Dataset, 'featureNames' | 'targetNames' | 'description'>;

/** A file with one column per feature and the class codes in the last. */
function fromCsv(csv: CsvTable, facts: Facts): Dataset {
  const columns = csv.columns.map((column) => numbersIn(csv, column));
  const features = columns.slice(0, -1);
  const width = features.length;
  const data = allocate('float64', csv.rows * width);
  features.forEach((values, column) => {
    for (let row = 0; row < csv.rows; row++) data[row * width + column] = values[row]!;
  });
  const target = allocate('int32', csv.rows);
  target.set(columns.at(-1)!);
  return {
    ...facts,
    data: { dtype: 'float64', shape: [csv.rows, width], data },
    target: { dtype: 'int32', shape: [csv.rows], data: target },
    table: () =>
      toTable({ ...Object.fromEntries(features.map((values, i) => [facts.featureNames[i], values])), target }),
  };
}
