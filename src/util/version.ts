import { readFileSync } from 'node:fs';
import { SheafError } from './errors.js';

function readManifest(): { readonly version: string } {
  try {
    return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  } catch (cause) {
    throw new SheafError(
      'the files of sheaf are not around it, as workers need them: a bundler has to leave the package out (esbuild: --external:sheaf)',
      { cause },
    );
  }
}

const manifest = readManifest();

/** The version of this package, as its package.json has it. */
export const version: string = manifest.version;
