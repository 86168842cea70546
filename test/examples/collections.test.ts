/** The examples of lazy collections say what they should, and leave nothing on stderr. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

const outputs = {
  delayed: ['Oslo: 5.0', 'Rome: 17.0', 'Cairo: 24.0', 'The warmest is Cairo.'],
  bag: [
    'it: 10',
    'was: 10',
    'the: 10',
    'of: 10',
    '60 words, 20 different ones',
    '2 of 2 letters, 3 of 3 letters, 2 of 4 letters, 4 of 5 letters, 5 of 6 letters, 1 of 7 letters, 1 of 8 letters, 2 of 11 letters',
  ],
};

test.each(Object.entries(outputs))('%s', async (name, lines) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'dist/examples', `${name}.js`)]);
  expect(stdout.trimEnd().split('\n')).toEqual(lines);
  expect(stderr).toBe('');
});
