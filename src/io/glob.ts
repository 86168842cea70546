/** File names by pattern: `*` and `?` within a name, `[a-c]` and `[!a-c]` for one character, `**` for folders at any depth. */
import { existsSync, readdirSync } from 'node:fs';
import { join, parse, sep } from 'node:path';
import { compareStrings } from '../util/compare.js';

/** Whether a path is a pattern. */
export const isGlob = (path: string): boolean => /[*?[]/.test(path);

/** The paths that a pattern matches, sorted; names that begin with a dot match only a pattern that does. */
export function glob(pattern: string): string[] {
  const { root } = parse(pattern);
  const names = pattern
    .slice(root.length)
    .split(sep === '\\' ? /[\\/]+/ : /\/+/)
    .filter((name) => name !== '');
  return [...new Set(expand(root, names))].sort(compareStrings);
}

function expand(folder: string, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return [folder];
  if (name === '**') {
    const deeper = entries(folder).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return [...expand(folder, rest), ...deeper.flatMap((entry) => expand(join(folder, entry.name), [name, ...rest]))];
  }
  if (!isGlob(name)) {
    const path = join(folder, name);
    return rest.length > 0 || existsSync(path) ? expand(path, rest) : [];
  }
  const matches = matcherOf(name);
  return entries(folder)
    .filter((entry) => matches(entry.name) && (rest.length === 0 || !entry.isFile()))
    .flatMap((entry) => expand(join(folder, entry.name), rest));
}

function entries(folder: string) {
  try {
    return readdirSync(folder || '.', { withFileTypes: true });
  } catch {
    return []; // no folder, or none that may be read: nothing in it matches
  }
}

function matcherOf(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\*+|\?|\[!?\]?[^\]]*\]|[\\^$.|+(){}[\]]/g, (part) => {
    if (part[0] === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1)
      return `[${part
        .slice(1, -1)
        .replace(/^!/, '^')
        .replace(/[\\[\]]/g, '\\$&')}]`;
    return `\\${part}`;
  });
  const expression = new RegExp(`^${source}$`, 'su');
  return (name) => expression.test(name) && (!name.startsWith('.') || pattern.startsWith('.'));
}
