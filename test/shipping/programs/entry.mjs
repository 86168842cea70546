// What another module imports from the entry script travels by value: a worker must not run this script again.
import { startRemote } from '../../../dist/test/shipping/remote.js';
import { usesEntry } from './imports-entry.mjs';

export const config = { k: 5 };
export function doubled(x) {
  return x * 2;
}

const remote = startRemote('process');
const byName = await remote.call(usesEntry(), 1).then(String, (error) => error.message);
console.log(JSON.stringify([await remote.call(doubled, 4), byName]));
await remote.close();
