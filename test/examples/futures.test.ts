/** The examples of futures say what they should, and leave nothing on stderr. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

const outputs = {
  futures: ['mean 174.5, standard deviation 14.431', 'squares 1 4 9 16 25, together 55', 'SyntaxError in lambda'],
  'as-completed': ['the deepest point is at 3.1416'],
};

test.each(Object.entries(outputs))('%s', async (name, lines) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'dist/examples', `${name}.js`)]);
  expect(stdout.trimEnd().split('\n')).toEqual(lines);
  expect(stderr).toBe('');
});
