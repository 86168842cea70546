/** Bags from text files and back: which files there are, and how they are cut. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { glob, isGlob } from '../io/glob.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { checkCount, type Partitions, tasksOn, tasksOnEach } from './build.js';
import { checkEncoding, rangesOf, type TextRange } from './text-files.js';

export interface ReadTextOptions {
  /** About how many bytes of a file are one partition; without it, each file is. Compressed files are never cut. */
  readonly blocksize?: number;
  /** What `TextDecoder` knows (default utf-8). */
  readonly encoding?: string;
  /** What ends a line; unless given, `\n` or `\r\n`, both read as `\n`. */
  readonly linedelimiter?: string;
  /** Whether items are pairs of line and path. */
  readonly includePath?: boolean;
}

/** The lines of files. Raises {@link InputError} for a file that is not there or a pattern that matches none. */
export function readText(paths: string | readonly string[], options: ReadTextOptions = {}): Partitions {
  checkOptionNames('readText', options, ['blocksize', 'encoding', 'linedelimiter', 'includePath']);
  const { blocksize, encoding = 'utf-8', linedelimiter, includePath = false } = options;
  checkEncoding(encoding);
  if (blocksize !== undefined) checkCount('blocksize', blocksize, 1);
  if (linedelimiter === '') throw new InputError('linedelimiter is the empty string, which ends no line');
  const files = [paths].flat().flatMap(filesOf);
  const ranges = files.flatMap(({ path, nbytes, changedMs }): TextRange[] => {
    const gzip = path.endsWith('.gz');
    // A file that has changed is other data, so its size and time are part of the name.
    const version = [nbytes, changedMs];
    const text = { path, version, delimiter: linedelimiter ?? null, encoding, gzip, includePath };
    if (gzip || blocksize === undefined) return [text];
    return rangesOf(nbytes, blocksize, encoding).map((range) => ({ ...text, range }));
  });
  if (ranges.length === 0) throw new InputError('readText was given no path');
  return tasksOn(
    ranges.map(() => []),
    [],
    { op: 'lines', paramsOf: (i) => ranges[i]! },
  );
}

interface TextFile {
  readonly path: string;
  readonly nbytes: number;
  readonly changedMs: number;
}

function filesOf(path: string): TextFile[] {
  if (typeof path !== 'string') throw new InputError(`readText takes paths and patterns, got ${describe(path)}`);
  const found = isGlob(path) ? glob(path) : [path];
  const files = found.flatMap((name): TextFile[] => {
    const stat = statSync(name, { throwIfNoEntry: false });
    return stat && !stat.isDirectory() ? [{ path: name, nbytes: stat.size, changedMs: stat.mtimeMs }] : [];
  });
  if (files.length > 0) return files;
  throw new InputError(isGlob(path) ? `no file matches the pattern ${path}` : `there is no file ${path}`);
}

export interface TextFilesOptions {
  /** What stands for `*`, by the number of the partition; unless given, the number, as wide as the last one. */
  readonly nameFunction?: (partition: number) => string;
  /** Whether the last line ends with a line break too (default false). */
  readonly lastEndline?: boolean;
}

/** Tasks that write each partition to a file of its own: a path with a `*`, a folder, or a list of paths. */
export function writeText(
  partitions: Partitions,
  path: string | readonly string[],
  options: TextFilesOptions = {},
): Partitions {
  checkOptionNames('toTextFiles', options, ['nameFunction', 'lastEndline']);
  const { nameFunction, lastEndline = false } = options;
  const paths = pathsFor(path, partitions.keys.length, nameFunction);
  return tasksOnEach(partitions, { op: 'writeText', paramsOf: (i) => ({ path: paths[i], lastEndline }) });
}

function pathsFor(
  path: string | readonly string[],
  count: number,
  nameFunction = (i: number) => String(i).padStart(String(count - 1).length, '0'),
): readonly string[] {
  if (typeof path !== 'string') {
    if (path.length === count) return path;
    throw new InputError(`toTextFiles was given ${path.length} paths for ${count} partitions`);
  }
  const stars = path.split('*').length - 1;
  if (stars > 1) throw new InputError(`${path} has ${stars} stars: toTextFiles takes one, for the partition's number`);
  const pattern = stars === 1 ? path : join(path, '*.part');
  const paths = Array.from({ length: count }, (_, i) => pattern.replace('*', () => nameFunction(i)));
  if (new Set(paths).size === count) return paths;
  throw new InputError(`toTextFiles would write several partitions to one file: nameFunction gives a name twice`);
}
