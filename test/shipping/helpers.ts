// @ts-nocheck: JavaScript of every kind, as users write it; what it gives is compared, so its types prove nothing.
// biome-ignore-all lint: it stands for a user's module.
import { basename } from 'node:path';
export const FACTOR = 3;
const hidden = { bias: 100 };
export function scale(x) {
  return x * FACTOR + hidden.bias;
}
export default function dflt(x) {
  return 'default:' + x;
}
export class Vec {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  add(o) {
    return new Vec(this.x + o.x, this.y + o.y);
  }
  static of(x, y) {
    return new Vec(x, y);
  }
}
export const base = (p) => basename(p);
