// biome-ignore-all lint: it stands for a user's script, whose functions are asked whether they are the same, and change.
// Which functions are looked into once, and which each time that they are sent.
import { ship } from '../../../dist/src/shipping/ship.js';
import { scale } from '../../../dist/test/shipping/helpers.js';

const rate = 3;
function half(x) {
  return x / 2;
}
const scaled = (x) => Math.round(half(x) * rate);
function countdown(n) {
  return n === 0 ? 0 : countdown(n - 1);
}

let step = 1;
const steps = (x) => x + step;
const table = [1];
const looksUp = (i) => table[i];
function chosen() {
  return 1;
}
const chooses = () => chosen();
const within = () => {
  const size = 4;
  return () => size;
};
const sized = within();
const tagged = (x) => x + rate;
const named = () => tagged(1);
const early = () => (typeof later === 'undefined' ? 0 : later);
const hashOf = (fn) => ship(fn).hash;
const before = [steps, looksUp, chooses, named].map(hashOf);
step = 2;
table.push(2);
chosen = () => 2;
tagged.weight = 1;
const after = [steps, looksUp, chooses, named].map(hashOf);
const { later } = { later: 1 };
const isSettled = (fn) => ship(fn) === ship(fn);
console.log(
  JSON.stringify([
    [scaled, countdown, scale, half, early].map(isSettled),
    [steps, looksUp, chooses, sized, named].map(isSettled),
    after.map((hash, i) => hash !== before[i]),
  ]),
);
