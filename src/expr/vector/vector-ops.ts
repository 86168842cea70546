/**
 * The operations that vectors have, with the results that `ops` has in JavaScript, to the last bit. Those that are missing
 * here, and dtypes that vectors do not have, are left to loops.
 */
import type { Code } from '../../kernels/wasm/assembler.js';
import { isOpcode, simd } from '../../kernels/wasm/simd.js';
import type { OpName } from '../ops.js';
import { isMask, type Kind, of, splat } from './lanes.js';

/** The code of the result for arguments of one kind; they are read as often as it needs them. */
type VectorOp = (kind: Kind, ...args: readonly Code[]) => Code | undefined;

const isFloat = (kind: Kind): boolean => kind === 'f64' || kind === 'f32';

/** One instruction, where there is one of the kind. */
const plain =
  (name: string, ofMask?: 'v128.and' | 'v128.or' | 'v128.xor'): VectorOp =>
  (kind, ...args) => {
    if (isMask(kind)) return ofMask && simd(ofMask, ...args);
    const opcode = of(kind, name);
    return isOpcode(opcode) ? simd(opcode, ...args) : undefined;
  };

/** Whole numbers are what rounding gives already. */
const rounded =
  (name: string): VectorOp =>
  (kind, a) =>
    isFloat(kind) ? simd(of(kind, name), a!) : kind === 'i32' ? a : undefined;

const floats =
  (code: (kind: Kind, ...args: Code[]) => Code): VectorOp =>
  (kind, ...args) =>
    isFloat(kind) ? code(kind, ...args) : undefined;

/** A choice of two by a comparison, and of the first where the one of `nan` is NaN. */
const chosen =
  (name: 'le' | 'ge', nan: 0 | 1): VectorOp =>
  (kind, a, b) => {
    if (isMask(kind)) return undefined;
    const isFirst = simd(of(kind, name), a!, b!);
    const x = nan === 0 ? a! : b!;
    const mask = isFloat(kind) ? simd('v128.or', isFirst, simd(of(kind, 'ne'), x, x)) : isFirst;
    return simd('v128.bitselect', a!, b!, mask);
  };

const logical =
  (name: 'v128.and' | 'v128.or' | 'v128.xor', isForIntegers: boolean): VectorOp =>
  (kind, ...args) =>
    isMask(kind) || (isForIntegers && kind === 'i32') ? simd(name, ...args) : undefined;

const not =
  (isForIntegers: boolean): VectorOp =>
  (kind, a) =>
    isMask(kind) || (isForIntegers && kind === 'i32') ? simd('v128.not', a!) : undefined;

/** The product with a number; of float32 it would be rounded twice. */
const scaled =
  (factor: number): VectorOp =>
  (kind, a) =>
    kind === 'f64' ? simd('f64x2.mul', a!, splat(kind, factor)) : undefined;

export const vectorOps: Partial<Record<OpName, VectorOp>> = {
  add: plain('add', 'v128.or'),
  subtract: plain('sub'),
  multiply: plain('mul', 'v128.and'),
  divide: plain('div'),
  square: (kind, a) => vectorOps.multiply!(kind, a!, a!),
  negative: plain('neg'),
  positive: (_, a) => a,
  absolute: (kind, a) => (isMask(kind) ? a : plain('abs')(kind, a!)),
  sign: floats((kind, a) => {
    const zero = splat(kind, 0);
    const ifZero = simd('v128.bitselect', zero, a!, simd(of(kind, 'eq'), a!, zero));
    const ifLess = simd('v128.bitselect', splat(kind, -1), ifZero, simd(of(kind, 'lt'), a!, zero));
    return simd('v128.bitselect', splat(kind, 1), ifLess, simd(of(kind, 'gt'), a!, zero));
  }),
  reciprocal: floats((kind, a) => simd(of(kind, 'div'), splat(kind, 1), a!)),
  sqrt: plain('sqrt'),
  floor: rounded('floor'),
  ceil: rounded('ceil'),
  trunc: rounded('trunc'),
  rint: floats((kind, a) => simd(of(kind, 'nearest'), a!)),
  minimum: chosen('le', 0),
  maximum: chosen('ge', 0),
  fmin: chosen('le', 1),
  fmax: chosen('ge', 1),
  equal: plain('eq'),
  notEqual: plain('ne'),
  less: plain('lt'),
  lessEqual: plain('le'),
  greater: plain('gt'),
  greaterEqual: plain('ge'),
  logicalAnd: logical('v128.and', false),
  logicalOr: logical('v128.or', false),
  logicalXor: logical('v128.xor', false),
  logicalNot: not(false),
  bitwiseAnd: logical('v128.and', true),
  bitwiseOr: logical('v128.or', true),
  bitwiseXor: logical('v128.xor', true),
  invert: not(true),
  isnan: floats((kind, a) => simd(of(kind, 'ne'), a!, a!)),
  isinf: floats((kind, a) => simd(of(kind, 'eq'), simd(of(kind, 'abs'), a!), splat(kind, Infinity))),
  isfinite: floats((kind, a) => simd(of(kind, 'lt'), simd(of(kind, 'abs'), a!), splat(kind, Infinity))),
  degrees: scaled(180 / Math.PI),
  radians: scaled(Math.PI / 180),
};
