/** Text as Python prints it, so that reports can be compared with scikit-learn's byte for byte. */
import { InputError } from './errors.js';

/**
 * The value as Python's `repr` shows it: objects and Maps as dicts in their own order, null and undefined as None.
 * JavaScript has one kind of number: safe integers are shown as ints, all others as floats.
 *
 * @example
 * pythonRepr({ C: 10, gamma: 0.00001, kernel: 'rbf' }); // "{'C': 10, 'gamma': 1e-05, 'kernel': 'rbf'}"
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return reprNumber(value);
  if (typeof value === 'string') return reprString(value);
  if (typeof value === 'function') return `<function ${value.name || 'lambda'}>`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `[${Array.from(value as Uint8Array, pythonRepr).join(', ')}]`;
  if (value instanceof Map) return reprDict([...value]);
  if (value instanceof Set) return value.size === 0 ? 'set()' : `{${[...value].map(pythonRepr).join(', ')}}`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return reprDict(Object.entries(value));
  return Object.prototype.toString === value.toString ? `<${value.constructor.name}>` : String(value);
}

const reprDict = (entries: readonly (readonly [unknown, unknown])[]): string =>
  `{${entries.map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(', ')}}`;

/** Both languages print the shortest digits that read back as the same double; they differ in where exponents begin. */
function reprNumber(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (Object.is(x, -0)) return '-0.0';
  if (Number.isSafeInteger(x)) return String(x);
  const [mantissa, exponent] = x.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  if (power < 0) {
    const digits = mantissa.replace(/[-.]/g, '');
    return `${x < 0 ? '-' : ''}0.${'0'.repeat(-power - 1)}${digits}`;
  }
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // What Python's str.isprintable excludes: separators other than the space, and the "other" categories.
  const body = text.replace(/[\\\p{C}\p{Z}]|'/gu, (char) => {
    if (char === ' ') return char;
    if (char === "'") return quote === "'" ? "\\'" : char;
    return escapes[char] ?? escapeCodePoint(char.codePointAt(0)!);
  });
  return quote + body + quote;
}

function escapeCodePoint(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

const DAY_US = 86_400_000_000;

/**
 * Milliseconds as Python prints a `timedelta`, to the microsecond.
 * Raises {@link InputError} unless `ms` is finite.
 *
 * @example
 * timedelta(13191.599); // '0:00:13.191599'
 */
export function timedelta(ms: number): string {
  if (!Number.isFinite(ms)) throw new InputError(`a time span must be a finite number of milliseconds, got ${ms}`);
  const total = roundHalfEven(ms * 1000);
  // Python keeps the time of day positive and lets the days be negative.
  const days = Math.floor(total / DAY_US);
  const micros = total - days * DAY_US;
  const seconds = Math.floor(micros / 1e6);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const fraction = micros % 1e6 === 0 ? '' : `.${String(micros % 1e6).padStart(6, '0')}`;
  const prefix = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
  return prefix + clock + fraction;
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * `x` with `digits` decimals, as C's `%.3f` and Python's `:.3f` print it: the exact value of the double is rounded, and an
 * exact tie goes to the even digit (`toFixed` rounds it up, drops the sign of -0 and gives up at 1e21).
 *
 * @example
 * fixed(0.125, 2); // '0.12'
 * (0.125).toFixed(2); // '0.13'
 */
export function fixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return reprNumber(x);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  // |x| = mantissa * 2**exponent, exactly
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(biased, 1) - 1075;
  const text = String(roundedShift(mantissa * 10n ** BigInt(digits), exponent)).padStart(digits + 1, '0');
  const point = text.length - digits;
  return `${bits >> 63n ? '-' : ''}${text.slice(0, point)}${digits > 0 ? '.' : ''}${text.slice(point)}`;
}

/** n * 2**exponent to the nearest integer, ties to even. */
function roundedShift(n: bigint, exponent: number): bigint {
  if (exponent >= 0) return n << BigInt(exponent);
  const shift = BigInt(-exponent);
  const quotient = n >> shift;
  const rest = n - (quotient << shift);
  const half = 1n << (shift - 1n);
  return rest > half || (rest === half && quotient & 1n) ? quotient + 1n : quotient;
}
