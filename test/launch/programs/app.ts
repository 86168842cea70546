/** A module that starts the cluster and uses it: on the ranks of the workers it waits in initialize() for ever. */
import { Client, initialize } from '../../../src/index.js';
import { half } from './app-helpers.js';

export const twice = (x: number): number => 2 * x;

await initialize();
const client = new Client();
process.on('warning', ({ message }) => console.log(message.replaceAll(new URL('.', import.meta.url).href, '')));
const numbers = await client.gather(client.map(twice, [1, 2, 3]));
console.log(JSON.stringify([numbers, await client.submit((x: number) => twice(x) + 1, 4)]));
console.log(JSON.stringify([await client.submit(half, 8), await client.gather(client.map(half, [2, 4]))]));
await client.close();
