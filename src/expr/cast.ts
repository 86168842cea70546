/** The expression of a value of one dtype as another, as `astype`: floats are cut towards zero, integers wrap around. */
import { type DType, isBig, isFloat } from '../arrow/dtype.js';
import { wrap } from './ops.js';

export function castCode(from: DType, to: DType, code: string): string {
  if (from === to) return code;
  if (to === 'bool') return `(${code}!==${isBig(from) ? '0n' : '0'}?1:0)`;
  if (isBig(to)) return isBig(from) ? wrap[to](code) : wrap[to](`R.toInt64(${code})`);
  if (!isBig(from)) return isFloat(from) && to === 'uint32' ? wrap[to](`(${code})`) : wrap[to](code);
  if (isFloat(to)) return wrap[to](`R.from${from === 'int64' ? 'Int' : 'Uint'}64(${code})`);
  return wrap[to](`Number(BigInt.asIntN(32,${code}))`);
}

/** The literal of a constant. */
export function constantCode(dtype: DType, value: number | bigint | boolean): string {
  if (isBig(dtype)) return `${value}n`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Object.is(value, -0) ? '-0' : `${value}`;
}
