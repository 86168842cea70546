/**
 * The dtypes of array elements, and NumPy 2's rules of promotion (NEP 50) as tables. A bool is a byte, 0 or 1; 64-bit
 * integers are BigInts one by one, and BigInt64Arrays together, as in Arrow.
 */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

export const arrayTypes = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type DType = keyof typeof arrayTypes;
export type ArrayOf<D extends DType> = InstanceType<(typeof arrayTypes)[D]>;
export type DTypeArray = ArrayOf<DType>;
/** One element: a number, a bigint of a 64-bit integer, or a boolean. */
export type Element = number | bigint | boolean;

export const dtypes = Object.keys(arrayTypes) as readonly DType[];

export const itemsize = (dtype: DType): number => arrayTypes[dtype].BYTES_PER_ELEMENT;

/** What a dtype is of: the order is that of promotion. */
export type Kind = 'bool' | 'uint' | 'int' | 'float';

export const kindOf = (dtype: DType): Kind => dtype.replace(/\d+$/, '') as Kind;
export const isBig = (dtype: DType): dtype is 'int64' | 'uint64' => dtype === 'int64' || dtype === 'uint64';
export const isFloat = (dtype: DType): dtype is 'float32' | 'float64' => kindOf(dtype) === 'float';
export const isInteger = (dtype: DType): boolean => kindOf(dtype) === 'int' || kindOf(dtype) === 'uint';

/** The dtype of that name. Raises {@link InputError} for others. */
export function checkDType(value: unknown): DType {
  if (typeof value === 'string' && Object.hasOwn(arrayTypes, value)) return value as DType;
  throw new InputError(
    `there is no dtype ${typeof value === 'string' ? JSON.stringify(value) : describe(value)}; there are ${dtypes.join(', ')}`,
  );
}

/** An integer with a float, or a signed with an unsigned, need so many bits of the other kind. */
const floatFor: Readonly<Record<number, DType>> = { 1: 'float32', 2: 'float32', 4: 'float64', 8: 'float64' };
const signedFor: Readonly<Record<number, DType>> = { 1: 'int16', 2: 'int32', 4: 'int64', 8: 'float64' };

/** The smallest dtype that holds the values of both, as `numpy.promote_types`; int8 with float32 is float32, int64 with uint64 is float64. */
export function promote(a: DType, b: DType): DType {
  if (a === b || b === 'bool') return a;
  if (a === 'bool') return b;
  const [ka, kb] = [kindOf(a), kindOf(b)];
  if (ka === kb) return itemsize(a) >= itemsize(b) ? a : b;
  if (ka === 'float') return wider(a, floatFor[itemsize(b)]!);
  if (kb === 'float') return wider(b, floatFor[itemsize(a)]!);
  const [signed, unsigned] = ka === 'int' ? [a, b] : [b, a];
  return itemsize(signed) > itemsize(unsigned) ? signed : signedFor[itemsize(unsigned)]!;
}

const wider = (a: DType, b: DType): DType => (itemsize(a) >= itemsize(b) ? a : b);

/** The dtype of several arrays together. */
export const promoteAll = (all: readonly DType[]): DType => all.reduce(promote);

/**
 * The dtype that a bare value takes beside arrays of `dtype`: its own kind's default unless theirs is of that kind or a
 * higher one. A whole number below 2^53 counts as an integer, as `2` does in Python. Raises {@link InputError} for an integer that
 * the dtype cannot hold.
 */
export function promoteValue(dtype: DType, value: Element): DType {
  if (typeof value === 'boolean') return dtype;
  const isWhole = typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));
  if (!isWhole) return isFloat(dtype) ? dtype : dtype === 'bool' ? 'float64' : promote(dtype, 'float64');
  if (dtype === 'bool') return 'int64';
  if (isInteger(dtype) && !holds(dtype, BigInt(value))) {
    const [low, high] = rangeOf(dtype);
    throw new InputError(`${value} is out of bounds of ${dtype}, which goes from ${low} to ${high}; use astype first`);
  }
  return dtype;
}

/** The smallest and the largest value of an integer dtype. */
export function rangeOf(dtype: DType): readonly [bigint, bigint] {
  const bits = BigInt(8 * itemsize(dtype));
  return kindOf(dtype) === 'int' ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

function holds(dtype: DType, value: bigint): boolean {
  const [low, high] = rangeOf(dtype);
  return value >= low && value <= high;
}

/**
 * The dtype of a bare value on its own: bool, int64 or float64, uint64 of a BigInt beyond int64. Raises {@link InputError}
 * for a BigInt beyond both.
 */
export function dtypeOfValue(value: Element): DType {
  const dtype = promoteValue('bool', value);
  if (dtype !== 'int64' || Number.isSafeInteger(value) || holds('int64', BigInt(value))) return dtype;
  if (typeof value === 'number') return 'float64';
  if (holds('uint64', value as bigint)) return 'uint64';
  throw new InputError(`${value} is out of bounds of all integers, which go from ${-(2n ** 63n)} to ${2n ** 64n - 1n}`);
}

/** Converts an element as `astype` does: floats are cut towards zero, integers wrap around, and all but 0 is true, NaN too. */
export function castElement(value: Element, to: DType): Element {
  if (to === 'bool') return Boolean(value) || Number.isNaN(value);
  if (to === 'float64') return Number(value);
  if (to === 'float32') return Math.fround(Number(value));
  const whole = typeof value === 'bigint' ? value : wholeOf(Number(value));
  const bits = 8 * itemsize(to);
  const wrapped = kindOf(to) === 'int' ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole);
  return isBig(to) ? wrapped : Number(wrapped);
}

/** NaN and infinities have no integer: 0 here, whereas NumPy leaves it to the processor. */
const wholeOf = (value: number): bigint => (Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n);
