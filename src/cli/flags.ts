/** Flags of a command: a table says which there are, for the parser and for the help text alike. */
import { parseArgs } from 'node:util';
import { InputError } from '../util/errors.js';

export interface Flag {
  /** What stands for the value in the help text; a flag without one is a switch. */
  readonly value?: string;
  readonly repeats?: boolean;
  readonly help: string;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** One flag as it was given; the text of a switch is empty. */
export interface Given<Name extends string = string> {
  readonly name: Name;
  readonly text: string;
}

/**
 * The flags in the order in which they were given. Raises {@link InputError} for one that is not in the table, one without its
 * value, one given twice that does not repeat, and for any other argument.
 *
 * @example
 * parseFlags(['--cv', '3'], { cv: { value: 'K', help: 'folds' } }); // [{ name: 'cv', text: '3' }]
 */
export function parseFlags<const Table extends FlagTable>(
  args: readonly string[],
  table: Table,
): Given<keyof Table & string>[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionsOf(table),
    strict: false, // parseArgs' own complaints take several sentences
    tokens: true,
  });
  const given: Given<keyof Table & string>[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new InputError(`unexpected argument '${token.value}': every input is a flag (see --help)`);
    }
    const { name, rawName, value, inlineValue } = token;
    if (!Object.hasOwn(table, name)) {
      const known = Object.keys(table).map((flag) => `--${flag}`);
      throw new InputError(`there is no flag ${rawName}: the flags are ${known.join(', ')}`);
    }
    const flag = table[name]!;
    if (flag.value === undefined && value !== undefined) {
      throw new InputError(`--${name} is a switch and takes no value, got '${value}'`);
    }
    // '--cv --workers 2' would make '--workers' the value; '-1' may be one.
    const swallowed = !inlineValue && value !== undefined && /^-(?!\.?\d)/.test(value);
    if (flag.value !== undefined && (value === undefined || value === '' || swallowed)) {
      throw new InputError(`--${name} needs a value, --${name} ${flag.value}`);
    }
    if (!flag.repeats && given.some((other) => other.name === name)) {
      throw new InputError(`--${name} is given twice: give it once`);
    }
    given.push({ name, text: value ?? '' });
  }
  return given;
}

/** Arguments around the first one that is no flag, nor the value of one. */
export interface Parted {
  readonly before: readonly string[];
  readonly positional: string | undefined;
  readonly after: readonly string[];
}

/**
 * Takes the first argument out that stands for itself, such as an address or a script.
 *
 * @example
 * takePositional(['--cv', '3', 'a.js', '-x'], { cv: { value: 'K', help: 'folds' } });
 * // { before: ['--cv', '3'], positional: 'a.js', after: ['-x'] }
 */
export function takePositional(args: readonly string[], table: FlagTable): Parted {
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(table), strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === 'positional');
  if (!first) return { before: args, positional: undefined, after: [] };
  const before = args.slice(0, first.index).filter((arg, i) => !(arg === '--' && i === first.index - 1));
  return { before, positional: args[first.index], after: args.slice(first.index + 1) };
}

const optionsOf = (table: FlagTable): Record<string, { type: 'boolean' | 'string' }> =>
  Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
  );

/** The text of a flag; undefined when it was not given. */
export const textOf = <Name extends string>(given: readonly Given<Name>[], name: NoInfer<Name>): string | undefined =>
  given.find((flag) => flag.name === name)?.text;

/** A text as the number it writes in full; undefined when it writes none. */
export const parseNumber = (text: string): number | undefined =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;

/** The integer that a flag gives, undefined without the flag. Raises {@link InputError} for anything else and below `least`. */
export function integerOf<Name extends string>(
  given: readonly Given<Name>[],
  name: NoInfer<Name>,
  least: number,
): number | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const value = parseNumber(text);
  if (value !== undefined && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(`--${name} must be an integer from ${least} on, got '${text}'`);
}

/** One paragraph per flag, the texts in one column. */
export function flagsHelp(table: FlagTable): string {
  const heads = Object.entries(table).map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...heads.map((head) => head.length));
  const indent = `\n${' '.repeat(width + 4)}`;
  return Object.values(table)
    .map(({ help }, i) => `  ${heads[i]!.padEnd(width)}  ${help.replaceAll('\n', indent)}\n`)
    .join('');
}

/** Words with commas between them, in lines of less than `width`. */
export const wrap = (words: readonly string[], width: number): string =>
  words.reduce((text, word, i) => {
    const item = i < words.length - 1 ? `${word},` : word;
    const line = text.slice(text.lastIndexOf('\n') + 1);
    if (line.length + item.length >= width) return `${text}\n${item}`;
    return text === '' ? item : `${text} ${item}`;
  }, '');
