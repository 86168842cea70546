/** The grids that `--param` and `--grid` describe. */
import type { Grid } from '../learn/model-selection/parameter-grid.js';
import { InputError } from '../util/errors.js';
import { type Given, parseNumber } from './flags.js';

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['none', null],
  ['null', null],
]);

/** Numbers, true, false and none by their meaning, other words as they are. */
export function parseValue(text: string): unknown {
  const word = words.get(text.toLowerCase());
  return word !== undefined ? word : (parseNumber(text) ?? text);
}

/**
 * Each `--param NAME=V1,V2,…` adds a parameter to the grid under way, each `--grid` begins another. Raises {@link InputError}
 * for a parameter without a name or without values, one given twice in a grid, and for a grid without parameters.
 *
 * @example
 * gridsOf([{ name: 'param', text: 'kernel=rbf' }, { name: 'param', text: 'C=1,10' }]); // [{ kernel: ['rbf'], C: [1, 10] }]
 */
export function gridsOf(given: readonly Given[]): Grid[] {
  const grids: Record<string, unknown[]>[] = [{}];
  const isEmpty = () => Object.keys(grids.at(-1)!).length === 0;
  let isFirst = true;
  for (const { name, text } of given) {
    if (name === 'grid') {
      // Before the first parameter it only says aloud what begins anyway.
      if (isEmpty() && !isFirst) throw emptyGrid();
      if (!isEmpty()) grids.push({});
      isFirst = false;
    }
    if (name === 'param') addParam(grids.at(-1)!, text);
  }
  if (grids.length === 1 && isEmpty()) {
    throw new InputError('there is nothing to search: give parameters to vary, such as --param C=1,10,100');
  }
  if (isEmpty()) throw emptyGrid();
  return grids;
}

const emptyGrid = () => new InputError('a --grid is empty: each must be followed by a --param');

function addParam(grid: Record<string, unknown[]>, text: string): void {
  const cut = text.indexOf('=');
  const name = text.slice(0, cut).trim();
  if (cut < 0 || name === '') throw new InputError(`--param is written NAME=V1,V2,…, got '${text}'`);
  if (Object.hasOwn(grid, name)) {
    throw new InputError(
      `--param ${name} is given twice in one grid: list its values as ${name}=V1,V2,… or begin another with --grid`,
    );
  }
  const values = text
    .slice(cut + 1)
    .split(',')
    .map((value) => value.trim());
  if (values.includes('')) throw new InputError(`--param ${text} has an empty value: write ${name}=V1,V2,…`);
  grid[name] = values.map(parseValue);
}
