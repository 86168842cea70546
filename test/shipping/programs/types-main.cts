import * as acorn from 'acorn';
import { cube } from './module.cjs';

import path = require('node:path');

const offset: number = 3;
function main(n: number): unknown[] {
  const inner = (): number => n + offset;
  return [inner(), cube(2), acorn.parse('a', { ecmaVersion: 2022 }).type, path.join('a', 'b')];
}

(async () => {
  const { startRemote } = await import('../../../dist/test/shipping/remote.js');
  const remote = startRemote('process', {}, process.execArgv);
  console.log(JSON.stringify(await remote.call(main, 4)));
  await remote.close();
})();
