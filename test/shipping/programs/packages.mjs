// What packages export travels by name, with the classes of their instances; so does what `const { x } = fs` gives.
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'acorn';
import { traverse } from 'estraverse';
import MagicString from 'magic-string';
import { startRemote } from '../../../dist/test/shipping/remote.js';

const remote = startRemote('process');
const text = new MagicString('abc');
text.overwrite(0, 1, 'X');
const { promises } = fs;
const readsAgain = readFile;
console.log(
  JSON.stringify([
    (await remote.call(parse, 'a', { ecmaVersion: 2022 })).type,
    await remote.call((walk) => typeof walk, traverse),
    await remote.call(() => [text.append('!').toString(), text instanceof MagicString]),
    await remote.call(() => [typeof promises.readFile, promises.readFile === readsAgain]),
  ]),
);
await remote.close();
