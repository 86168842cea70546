/** The peers, whether each is there, and how to get it. */
import { createRequire } from 'node:module';
import { findPython, type Interpreter } from './python.js';

export interface Peer {
  readonly name: string;
  readonly install: string;
  /** The version that is installed. */
  version(): string | undefined;
}

const inPython = (
  name: string,
  module: string,
  install: string,
  besides: readonly string[] = [],
): Peer & { find(): Interpreter | undefined } => ({
  name,
  install,
  find: () => findPython(module, besides),
  version() {
    const found = this.find();
    return found && `${pythonVersions(found)} of ${found.command}`;
  },
});

/** As the head of a report shows them, which goes to others: so without places of this machine. */
export const pythonVersions = ({ moduleVersion, pythonVersion }: Interpreter): string =>
  `${moduleVersion} (Python ${pythonVersion})`;

export const scikitLearn = inPython(
  'scikit-learn',
  'sklearn',
  'apt install python3-sklearn, or pip install scikit-learn',
);

export const dask = inPython(
  'dask',
  'distributed',
  'apt install python3-distributed python3-numpy, or pip install distributed numpy',
  ['numpy'],
);

export const numpy = inPython('numpy', 'numpy', 'apt install python3-numpy libopenblas0-pthread, or pip install numpy');

export const mlSvm: Peer = {
  name: 'ml-svm',
  install: 'npm ci (it is a dependency of this package)',
  version() {
    try {
      return (createRequire(import.meta.url)('ml-svm/package.json') as { version: string }).version;
    } catch {
      return undefined;
    }
  },
};

export const peers: readonly Peer[] = [scikitLearn, dask, numpy, mlSvm];

/** The sentence for a peer that is not installed. */
export const notInstalled = ({ name, install }: Peer): string =>
  `${name} is not installed, so its columns are left out; to have them: ${install}`;
