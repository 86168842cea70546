/**
 * How values lie in vectors: a step of a program is evaluated for {@link GROUP} elements at once, in as many vectors as they
 * fill. Bools are masks, all ones or zeros, as wide as the values that they came of.
 */
import type { DType } from '../../arrow/dtype.js';
import { type Code, local } from '../../kernels/wasm/assembler.js';
import { constant, halves, type Opcode, simd } from '../../kernels/wasm/simd.js';

export type Kind = 'f64' | 'f32' | 'i32' | 'mask32' | 'mask64';

/** How many elements are evaluated together: enough for chains of instructions that do not wait for each other. */
export const GROUP = 8;

const kinds: Partial<Record<DType, Kind>> = { float64: 'f64', float32: 'f32', int32: 'i32', bool: 'mask32' };

/** How values of a dtype lie, where vectors have them. */
export const kindOf = (dtype: DType): Kind | undefined => kinds[dtype];

const widths: Readonly<Record<Kind, 4 | 8>> = { f64: 8, f32: 4, i32: 4, mask32: 4, mask64: 8 };
export const widthOf = (kind: Kind): 4 | 8 => widths[kind];
export const partsOf = (kind: Kind): number => (GROUP * widths[kind]) / 16;
export const isMask = (kind: Kind): boolean => kind === 'mask32' || kind === 'mask64';

const shapes = { f64: 'f64x2', f32: 'f32x4', i32: 'i32x4', mask32: 'i32x4', mask64: 'i64x2' } as const;

/** The instruction of a kind: `add` of f64 is f64x2.add. */
export const of = (kind: Kind, name: string): Opcode => `${shapes[kind]}.${name}` as Opcode;

/** The same value in all places. */
export function splat(kind: Kind, value: number | boolean): Code {
  const bytes = new Uint8Array(16);
  if (kind === 'f64') new Float64Array(bytes.buffer).fill(Number(value));
  else if (kind === 'f32') new Float32Array(bytes.buffer).fill(Number(value));
  else if (kind === 'i32') new Int32Array(bytes.buffer).fill(Number(value));
  else bytes.fill(value ? 255 : 0);
  return constant(bytes);
}

const low = (v: Code): Code => v;
const high = (v: Code): Code => halves(v, v, 1, 1);
/** Two vectors for one. */
const widened = (code: (half: Code) => Code) => (parts: readonly Code[]) =>
  parts.flatMap((part) => [code(low(part)), code(high(part))]);
const each = (code: (part: Code) => Code) => (parts: readonly Code[]) => parts.map(code);
/** One vector for two. */
const joined = (code: (a: Code, b: Code) => Code) => (parts: readonly Code[]) =>
  parts.flatMap((part, i) => (i % 2 === 1 ? [code(parts[i - 1]!, part)] : []));

const isNot0 = (kind: Kind) => each((v) => simd(of(kind, 'ne'), v, splat(kind, 0)));
const oneIf = (kind: Kind) => each((v) => simd('v128.and', v, splat(kind, 1)));

type Conversion = (parts: readonly Code[]) => readonly Code[];

/** All parts of one kind as those of another. */
const conversions: Partial<Record<Kind, Partial<Record<Kind, Conversion>>>> = {
  f32: { f64: widened((v) => simd('f64x2.promote_low_f32x4', v)), mask32: isNot0('f32') },
  f64: {
    f32: joined((a, b) => halves(simd('f32x4.demote_f64x2_zero', a), simd('f32x4.demote_f64x2_zero', b), 0, 2)),
    mask64: isNot0('f64'),
  },
  i32: {
    f32: each((v) => simd('f32x4.convert_i32x4', v)),
    f64: widened((v) => simd('f64x2.convert_low_i32x4', v)),
    mask32: isNot0('i32'),
  },
  mask32: {
    mask64: (parts) => parts.flatMap((v) => [simd('i64x2.extend_low_i32x4', v), simd('i64x2.extend_high_i32x4', v)]),
    f32: oneIf('f32'),
    i32: oneIf('i32'),
  },
  mask64: {
    mask32: joined((a, b) => [...simd('i8x16.shuffle', a, b), ...evenWords]),
    f64: oneIf('f64'),
  },
};
const evenWords = Array.from({ length: 16 }, (_, i) => 8 * Math.floor(i / 4) + (i % 4));

/** The way from one kind to another: both ends, and a mask of another width between; undefined where there is none. */
export function pathOf(from: Kind, to: Kind): readonly Kind[] | undefined {
  if (from === to) return [from];
  if (conversions[from]?.[to]) return [from, to];
  if (!isMask(from) && !isMask(to)) return undefined;
  const over = (Object.keys(conversions[from] ?? {}) as Kind[]).find((kind) => isMask(kind) && conversions[kind]?.[to]);
  return over && [from, over, to];
}

export const convert = (from: Kind, to: Kind, parts: readonly number[]): readonly Code[] =>
  conversions[from]![to]!(parts.map(local.get));
