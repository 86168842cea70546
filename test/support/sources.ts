/** What can be read off a source without a compiler. */
import { posix } from 'node:path';

/** The code without its comments; line breaks stay. A `//` within a string (`http://`) has no blank before it. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/[^\n]*/g, '$1');

const specifierForms = [
  /\b(?:import|export)\s[^'"();]*?\bfrom\s*['"]([^'"]+)['"]/g, // import … from, export … from, with types or not
  /\bimport\s*['"]([^'"]+)['"]/g, // import '…'
  /\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]\s*\)/g, // import('…'), as a call or as a type, and require('…')
];

/** Everything that a source names as imported, types included. */
export function specifiersOf(source: string): string[] {
  const code = withoutComments(source);
  return specifierForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1]!));
}

/** A relative specifier as the source file it means; undefined for packages. */
export const resolveSpecifier = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts') : undefined;

/** The cycles' files that a depth-first walk of the import graph finds first; none in a graph without cycles. */
export function findCycle(importsOf: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const imported of importsOf.get(file) ?? []) {
      const cycle = visit(imported);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of importsOf.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}
