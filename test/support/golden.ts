/** Golden files: what other programs gave, recorded by the script beside each. */
import { textOf } from './paths.js';

/** The text of a file of test/golden. */
export const goldenText = (name: string): string => textOf(`test/golden/${name}`);

/** A JSON file of test/golden; `reviver` is that of JSON.parse. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is that of the script beside it
export const golden = (name: string, reviver?: (key: string, value: any) => unknown): any =>
  JSON.parse(goldenText(name), reviver);
