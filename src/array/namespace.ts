import { creation } from './functions/creation.js';
import { elementwise } from './functions/elementwise.js';
import { indexing } from './functions/indexing.js';

/**
 * What makes arrays, and functions of several.
 *
 * @example
 * await array.arange(10).sum().compute(); // 45
 */
export const array = { ...creation, ...elementwise, ...indexing };
