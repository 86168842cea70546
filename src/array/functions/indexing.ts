/** What indices are made of. */
import { ellipsis, newaxis } from '../index-entries.js';

export const indexing = {
  /** A new axis of one element, in an index. */
  newaxis: newaxis as typeof newaxis,

  /** As many whole axes as the other entries of an index leave. */
  ellipsis: ellipsis as typeof ellipsis,
};
