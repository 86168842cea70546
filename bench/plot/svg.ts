/** SVG as text: elements as a tree of plain values, and the text of it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Element | string)[];
}

export const element = (
  name: string,
  attributes: Element['attributes'] = {},
  ...children: Element['children']
): Element => ({ name, attributes, children });

export function textOf({ name, attributes, children }: Element): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(short(value)))}"`);
  const start = `<${name}${pairs.join('')}`;
  if (children.length === 0) return `${start}/>`;
  if (children.every((child) => typeof child === 'string')) return `${start}>${escaped(children.join(''))}</${name}>`;
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : textOf(child)));
  return `${start}>\n${inner.join('\n')}\n</${name}>`;
}

/** A tenth of a pixel is more than anybody sees. */
const short = (value: string | number): string | number =>
  typeof value === 'number' ? Math.round(value * 10) / 10 : value;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!);
