import { IndexedArray } from './indexing.js';

/** What is done chunk by chunk, and where arrays go. */
export class BlockArray extends IndexedArray {}
