/** The methods of shapes as functions of anything that is an array; the methods of these names say what they do. */
import type { ChunkedArray } from '../chunked-array.js';
import type { Operand } from '../operands.js';
import { asarray } from './creation.js';

// biome-ignore format: a list
const methods = [
  'transpose', 'moveaxis', 'swapaxes', 'reshape', 'ravel', 'squeeze', 'expandDims', 'atleast1d', 'atleast2d', 'atleast3d', 'flip', 'fliplr', 'flipud',
  'rot90', 'roll', 'repeat', 'tile', 'broadcastTo', 'pad', 'rechunk',
] as const satisfies readonly (keyof ChunkedArray)[];

type Method = (typeof methods)[number];
type Functions = { readonly [K in Method]: (x: Operand, ...args: Parameters<ChunkedArray[K]>) => ChunkedArray };

const call =
  (method: Method) =>
  (x: Operand, ...args: unknown[]): ChunkedArray => {
    const whole = asarray(x, method);
    return (whole[method] as (...args: unknown[]) => ChunkedArray).apply(whole, args);
  };

export const shapes = Object.fromEntries(methods.map((method) => [method, call(method)])) as unknown as Functions;
