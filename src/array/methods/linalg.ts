import { BlockArray } from './blocks.js';

/** Linear algebra. */
export class LinearArray extends BlockArray {}
