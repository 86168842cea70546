import { ShapedArray } from './shape.js';

/** Parts of an array. */
export class IndexedArray extends ShapedArray {}
