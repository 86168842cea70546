import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { toDot } from '../graph/dot.js';
import type { Graph } from '../graph/graph.js';
import { InputError } from '../util/errors.js';

const formats: Readonly<Record<string, (dot: string) => string | Promise<string>>> = {
  '.dot': (dot) => dot,
  '.svg': async (dot) => {
    // Graphviz compiled to WebAssembly: 1.5 MB that only a drawing needs.
    const { instance } = await import('@viz-js/viz');
    return (await instance()).renderString(dot, { format: 'svg' });
  },
};

/** Draws a task graph into a file, as its suffix says: .svg, or .dot for Graphviz. Raises {@link InputError} for another. */
export async function visualize(graph: Graph, path: string): Promise<void> {
  const format = formats[extname(path)];
  if (!format) {
    throw new InputError(
      `${path} ends in '${extname(path)}': a graph is drawn as ${Object.keys(formats).join(' or ')}`,
    );
  }
  await writeFile(path, await format(toDot(graph)));
}
