import { readFileSync } from 'node:fs';

const folder = new URL('../../../test/golden/', import.meta.url);

/** The text of a file of test/golden. */
export const goldenText = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** A JSON file of test/golden. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is that of the script beside it
export const golden = (name: string): any => JSON.parse(goldenText(name));
