// JSON modules, and modules that arrive by `await import()`, as functions use them.
import { startRemote } from '../../../dist/test/shipping/remote.js';
import * as whole from './data.json' with { type: 'json' };
import data, { default as same } from './data.json' with { type: 'json' };

const later = await import('./data.json', { with: { type: 'json' } });
const { default: loaded } = await import('./data.json', { with: { type: 'json' } });
const helpers = await import('../../../dist/test/shipping/helpers.js');
const { scale } = await import('../../../dist/test/shipping/helpers.js');
const { basename } = await import('node:path');

const [kind, localModules = 'reference'] = process.argv.slice(2);
const remote = startRemote(kind, { localModules });
const results = await Promise.all([
  remote.call((i) => [data.name, data.sizes[i], data === same], 1),
  remote.call(() => whole.default.sizes.length),
  remote.call(() => [later.default.name, loaded.sizes]),
  remote.call(async () => (await import('./data.json', { with: { type: 'json' } })).default.name),
  remote.call((x) => [helpers.scale(x), scale(x), helpers.default(x), basename('/a/b')], 2),
]);
console.log(JSON.stringify(results));
await remote.close();
