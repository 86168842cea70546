import { scale } from './helpers.mjs';

export const twice = (x) => 2 * scale(x);
