/** Operations for measures of everything around them. */
import type { Op } from 'sheaf';
import * as functions from './functions.js';

/** The reference of an operation of this module, by URL: it is no part of the package. */
export const op = (name: string): string => `${import.meta.url}#${name}`;

export const nothing: Op = () => 0;

type Args = readonly unknown[];

/** The function over its arguments, with results in the places that are null. */
const over =
  (fn: (...args: never[]) => unknown): Op =>
  (params: Args, ...inputs: unknown[]) =>
    fn(...(params.map((param) => (param === null ? inputs.shift() : param)) as never[]));

export const increment = over(functions.increment);
export const add = over(functions.add);
export const ramp = over(functions.ramp);
export const last = over(functions.last);
export const sleepOn: Op = ([, ms]: [null, number]) =>
  Number(Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms) === 'ok');
