import { join } from 'node:path';
import table from './table.json' with { type: 'json' };
import { Vec } from './vec.mjs';

export const FACTOR = 3;
const hidden = { bias: 100 };
let count = 0;
export const bump = () => ++count;
export const bumped = () => count;
export function scale(x) {
  return x * FACTOR + hidden.bias;
}
export const makeVec = (x) => new Vec(x);
export const isVec = (v) => v instanceof Vec;
export const path = () => join('a', table.name);
export default class Counter {
  #n = 0;
  add(n) {
    return (this.#n += n);
  }
}
