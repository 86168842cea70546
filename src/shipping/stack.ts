import { findSourceMap, SourceMap } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How files in a folder of this package are named in stacks: as built and as source maps have it, by URL and by path. */
export function placesOf(folder: URL): readonly string[] {
  const source = folder.href.replace(/\/dist\/src\/(?!.*\/dist\/src\/)/, '/src/');
  return [folder.href, source].flatMap((href) => [href, fileURLToPath(href)]);
}

/** `(file:///a/b.ts:1:239)` or `at /a/b.ts:1:239`. */
const frame = /((?:file:\/\/)?\/[^\s()]+?):(\d+):(\d+)(?=\)?$)/gm;

/** A stack with the files, lines and columns that the user wrote, where this process knows the source maps of its code. */
export const mapStack = (stack: string): string =>
  stack.replace(frame, (text, url: string, line: string, column: string) => {
    const map = mapOf(url);
    const origin = map && originOf(map, Number(line), Number(column));
    if (!origin) return text;
    return `${url.startsWith('file:') && isAbsolute(origin.file) ? pathToFileURL(origin.file).href : origin.file}:${origin.line}:${origin.column}`;
  });

/** Maps that scripts carry in themselves and Node has not read, as those that vite makes: by URL, read when first asked for. */
const carried = new Map<string, string | SourceMap>();

const inlineMap = /\/\/# sourceMappingURL=data:application\/json[^,\n]*;base64,([\w+/=]+)/;

/** Remembers the map that a script carries. */
export function rememberMap(url: string, source: string): void {
  const encoded = inlineMap.exec(source.slice(source.lastIndexOf('\n//# sourceMappingURL=') + 1))?.[1];
  if (encoded !== undefined) carried.set(url, encoded);
}

function carriedMap(url: string): SourceMap | undefined {
  const known = carried.get(url);
  if (typeof known !== 'string') return known;
  carried.delete(url); // one that cannot be read is not tried again
  try {
    // What vite calls the source is no path that others could open: each script is of one file.
    const map = new SourceMap({ ...JSON.parse(Buffer.from(known, 'base64').toString()), sources: [url] });
    carried.set(url, map);
    return map;
  } catch {
    return undefined;
  }
}

const mapOf = (url: string): SourceMap | undefined =>
  findSourceMap(url) ??
  carriedMap(url) ??
  (url.startsWith('file:') ? findSourceMap(fileURLToPath(url)) : findSourceMap(pathToFileURL(url).href));

/** Lines and columns from 1. */
function originOf(
  map: SourceMap,
  line: number,
  column: number,
): { file: string; line: number; column: number } | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  // A frame that was mapped already, in the worker, names a line that the compiled text does not have.
  if (!('originalLine' in entry) || entry.generatedLine !== line - 1) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  const file = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : originalSource;
  return { file, line: originalLine + 1, column: originalColumn + 1 };
}
