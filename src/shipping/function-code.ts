/** The text of a function as it is compiled elsewhere: an expression, with what its place gave it replaced. */
import type { Reference } from './free-variables.js';
import type { FunctionAnalysis } from './function-analysis.js';
import { injected } from './payload.js';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `cells`: names that live in the shared cells of their module. */
export function portableText(analysis: FunctionAnalysis, cells: Iterable<string> = []): string {
  const { parsed, importMetas, heritage, free } = analysis;
  const edits: Edit[] = importMetas.map((span) => ({ ...span, text: injected.importMeta }));
  if (heritage) edits.push({ ...heritage, text: injected.superclass });
  if (parsed.form === 'method')
    edits.push({ start: 0, end: parsed.node.start - parsed.shift, text: methodHead(analysis) });
  for (const name of cells) {
    for (const reference of free.get(name)?.references ?? []) {
      edits.push({ ...reference, text: cellText[reference.shape](name, `${injected.cells}.${name}`) });
    }
  }
  let text = parsed.source;
  for (const { start, end, text: replacement } of edits.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + replacement + text.slice(end);
  }
  return parsed.form === 'method' ? `${methodOpening}${text}}).${injected.method}` : text;
}

const cellText: Readonly<Record<Reference['shape'], (name: string, cell: string) => string>> = {
  plain: (_name, cell) => cell,
  shorthand: (name, cell) => `${name}:${cell}`,
  // A call through the cells must not make them its `this`.
  call: (_name, cell) => `(0,${cell})`,
};

const methodOpening = '({';

function methodHead({ parsed: { node } }: FunctionAnalysis): string {
  const { async, generator } = node as { async?: boolean; generator?: boolean };
  return `${async ? 'async ' : ''}${generator ? '*' : ''}${injected.method}`;
}

/** By how many characters the portable text stands to the right of the source, from the head of a method on. */
export function textShift(analysis: FunctionAnalysis): number {
  const { form, node, shift } = analysis.parsed;
  return form === 'method' ? methodOpening.length + methodHead(analysis).length - (node.start - shift) : 0;
}
