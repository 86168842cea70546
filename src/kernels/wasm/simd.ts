/** The vector instructions that kernels use, by their names in WebAssembly's text, and what is made of them. */
import { type Code, uleb } from './assembler.js';

const opcodes = {
  'v128.load': 0x00,
  'v128.load32_splat': 0x09,
  'v128.load64_splat': 0x0a,
  'v128.store': 0x0b,
  'v128.load64_zero': 0x5d,
  'v128.store64_lane': 0x5b,
  'i8x16.shuffle': 0x0d,
  'i32x4.extract_lane': 0x1b,
  'f32x4.extract_lane': 0x1f,
  'f64x2.extract_lane': 0x21,
  'i32x4.eq': 0x37,
  'i32x4.ne': 0x38,
  'i32x4.lt': 0x39,
  'i32x4.gt': 0x3b,
  'i32x4.le': 0x3d,
  'i32x4.ge': 0x3f,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'f32x4.ge': 0x46,
  'f64x2.eq': 0x47,
  'f64x2.ne': 0x48,
  'f64x2.lt': 0x49,
  'f64x2.gt': 0x4a,
  'f64x2.le': 0x4b,
  'f64x2.ge': 0x4c,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'i8x16.narrow_i16x8': 0x65,
  'f32x4.ceil': 0x67,
  'f32x4.floor': 0x68,
  'f32x4.trunc': 0x69,
  'f32x4.nearest': 0x6a,
  'f64x2.ceil': 0x74,
  'f64x2.floor': 0x75,
  'f64x2.trunc': 0x7a,
  'i16x8.narrow_i32x4': 0x85,
  'i16x8.extend_low_i8x16': 0x87,
  'f64x2.nearest': 0x94,
  'i32x4.abs': 0xa0,
  'i32x4.neg': 0xa1,
  'i32x4.extend_low_i16x8': 0xa7,
  'i32x4.extend_high_i16x8': 0xa8,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'i32x4.mul': 0xb5,
  'i32x4.min': 0xb6,
  'i32x4.max': 0xb8,
  'i64x2.extend_low_i32x4': 0xc7,
  'i64x2.extend_high_i32x4': 0xc8,
  'i64x2.lt': 0xd8,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.min': 0xe8,
  'f32x4.max': 0xe9,
  'f64x2.abs': 0xec,
  'f64x2.neg': 0xed,
  'f64x2.sqrt': 0xef,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
  'f64x2.min': 0xf4,
  'f64x2.max': 0xf5,
  'f32x4.convert_i32x4': 0xfa,
  'f64x2.convert_low_i32x4': 0xfe,
} as const;

export type Opcode = keyof typeof opcodes;
export const isOpcode = (name: string): name is Opcode => name in opcodes;

/** An instruction without immediates, after its arguments. */
export const simd = (name: Opcode, ...args: readonly Code[]): Code => [...args.flat(), 0xfd, ...uleb(opcodes[name])];

/** A load or a store at so many bytes behind the address, which lies on the stack below the value. */
export const access = (name: Opcode, offset: number): Code => [
  ...[0xfd, ...uleb(opcodes[name]), 0, ...uleb(offset)],
  ...(name.endsWith('lane') ? [0] : []),
];

export const lane = (name: Opcode, vector: Code, index: number): Code => [...simd(name, vector), index];

/** Sixteen bytes of the thirty-two of `a` and `b`. */
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [...simd('i8x16.shuffle', a, b), ...bytes];

/** Both 64-bit halves: those of `a` and `b` with these numbers. */
export const halves = (a: Code, b: Code, first: number, second: number): Code =>
  shuffle(
    a,
    b,
    Array.from({ length: 16 }, (_, i) => 8 * (i < 8 ? first : second) + (i % 8)),
  );

/** A vector of bytes that stand here. */
export const constant = (bytes: Uint8Array): Code => [0xfd, 12, ...bytes];
