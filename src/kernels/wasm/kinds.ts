/** Modules have some functions once for each type of array, with names that end in it. */
import type { DTypeArray } from '../../arrow/dtype.js';

type Sized<Name extends string> = `${Name}${8 | 16 | 32}`;
export type ArrayKind = Sized<'Int' | 'Uint'> | 'Int64' | 'Uint64' | 'Float32' | 'Float64';

export const kindOf = (values: DTypeArray): ArrayKind =>
  values.constructor.name.replace(/^Big|Array$/g, '') as ArrayKind;
