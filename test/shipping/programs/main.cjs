// A CommonJS script: its own functions travel by value, those of its modules by name.
const { join } = require('node:path');
const { cube } = require('./module.cjs');
const local = require('./module.cjs');
const acorn = require('acorn');

const offset = 3;
function shifted(n) {
  return n + offset;
}
function main(n) {
  const name = __filename.split(/[\\/]/).pop();
  return [shifted(n), cube(2), local.cube(3), acorn.parse('a', { ecmaVersion: 2022 }).type, join('a', 'b'), name];
}

(async () => {
  const { startRemote } = await import('../../../dist/test/shipping/remote.js');
  const remote = startRemote('process');
  console.log(JSON.stringify([await remote.call(main, 4), await remote.call(cube, 5)]));
  await remote.close();
})();
