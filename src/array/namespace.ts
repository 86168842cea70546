import { blocks } from './functions/blocks.js';
import { creation } from './functions/creation.js';
import { files } from './functions/files.js';

/**
 * What makes arrays, and functions of several.
 *
 * @example
 * await array.arange(10).sum().compute(); // 45
 */
export const array = { ...creation, ...blocks, ...files };
