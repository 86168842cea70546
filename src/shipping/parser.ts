/** acorn, loaded when the first function is shipped: a program that ships none need not wait for it. */
import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';

let acorn: typeof Acorn | undefined;

export const parse: typeof Acorn.parse = (...given) => {
  acorn ??= createRequire(import.meta.url)('acorn') as typeof Acorn;
  return acorn.parse(...given);
};
