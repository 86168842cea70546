/**
 * The digits along their first two principal components, from a singular value decomposition, as a picture:
 *
 *     node dist/examples/pca.js digits.svg
 */
import { writeFileSync } from 'node:fs';
import { array } from 'sheaf';
import { datasets } from 'sheaf/learn';

const [path = 'pca.svg'] = process.argv.slice(2);
const { data, target } = await datasets.loadDigits();

const x = array.fromArray(data, { chunks: [300, 64] });
const centred = x.subtract(x.mean(0));
const { u, s } = array.linalg.svd(centred);
const variances = s.square();
const [components, shares] = await Promise.all([
  u
    .slice([':', [0, 2]])
    .multiply(s.slice([[0, 2]]))
    .compute(),
  variances
    .divide(variances.sum())
    .slice([[0, 2]])
    .compute(),
]);

const [first, second] = shares.data as Float64Array;
console.log(`two components have ${(100 * (first! + second!)).toFixed(1)} % of the variance`);

const colours = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
];
const place = (row: number, axis: number) => (300 + 9 * Number(components.get(row, axis))).toFixed(1);
const dots = Array.from(target.data, (digit, row) => {
  return `<text x="${place(row, 0)}" y="${place(row, 1)}" fill="${colours[digit]}">${digit}</text>`;
});
const head = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" font-size="9" font-family="sans-serif">';
writeFileSync(path, `${head}\n<rect width="600" height="600" fill="white"/>\n${dots.join('\n')}\n</svg>\n`);
console.log(`wrote ${path}`);
