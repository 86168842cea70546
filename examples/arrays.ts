/** Standardised columns of a random matrix: nothing runs before `compute`, and then in one loop over each chunk. */
import { array } from 'sheaf';

const x = array.random.normal([4000, 500], { seed: 7, loc: 5, scale: 2, chunks: [1000, 500] });
const standardised = x.subtract(x.mean(0)).divide(x.std(0));

console.log(standardised);
console.log('mean of column 3:', (await standardised.slice([':', 3]).mean().compute<number>()).toFixed(6));
console.log('standard deviation:', (await standardised.std().compute<number>()).toFixed(6));

// A plain function of elements is read as an expression, with what it captured.
const limit = 3;
const far = array.map((z: number) => Math.abs(z) > limit, standardised);
console.log('values beyond three deviations:', await far.sum().compute());

console.log(x.add(1).square().mean(0).explain());
