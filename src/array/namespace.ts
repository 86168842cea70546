import { blocks } from './functions/blocks.js';
import { creation } from './functions/creation.js';
import { elementwise } from './functions/elementwise.js';
import { fft } from './functions/fft.js';
import { files } from './functions/files.js';
import { grids } from './functions/grids.js';
import { indexing } from './functions/indexing.js';
import { joining } from './functions/joining.js';
import { linalg } from './functions/linalg.js';
import { products } from './functions/products.js';
import { random } from './functions/random.js';
import { reductions } from './functions/reductions.js';
import { shapes } from './functions/shape.js';
import { withKnownOptions } from './known-options.js';

/**
 * What makes arrays, and functions of several.
 *
 * @example
 * await array.arange(10).sum().compute(); // 45
 */
export const array = {
  ...withKnownOptions({
    ...creation,
    ...elementwise,
    ...grids,
    ...joining,
    ...indexing,
    ...blocks,
    ...files,
    ...shapes,
    ...reductions,
    ...products,
  }),
  ...random,
  linalg: withKnownOptions(linalg),
  fft: withKnownOptions(fft),
};
