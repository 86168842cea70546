/**
 * Just enough of an assembler to write a few WebAssembly loops over vectors as expressions: every function here returns
 * the bytes of an instruction with its operands before it. Opcodes are those of the WebAssembly 2.0 specification.
 */
export type Code = readonly number[];

export const types = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** Unsigned LEB128. */
export function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}

const operation =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];
const vector = (opcode: number) => operation(0xfd, ...uleb(opcode));
const memory =
  (...opcode: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 3, ...uleb(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...sleb(value)],
  add: operation(0x6a),
  sub: operation(0x6b),
  shl: operation(0x74),
  shift: operation(0x76),
  mul: operation(0x6c),
  equal: operation(0x46),
  less: operation(0x48),
  below: operation(0x49),
  and: operation(0x71),
  not: operation(0x45),
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...uleb(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, 2, ...uleb(offset)],
};

export const f64 = {
  const: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: memory(0x2b),
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x39, 3, ...uleb(offset)],
  /** A float as a double. */
  loadFloat: (address: Code, offset = 0): Code => [...address, 0x2a, 2, ...uleb(offset), 0xbb],
  neg: operation(0x9a),
  add: operation(0xa0),
  sub: operation(0xa1),
  mul: operation(0xa2),
  div: operation(0xa3),
  equal: operation(0x61),
  less: operation(0x63),
  greater: operation(0x64),
  atMost: operation(0x65),
  atLeast: operation(0x66),
  max: operation(0xa5),
};

/** (a, b, condition): a where the condition holds. */
export const select = operation(0x1b);

export const v128 = {
  load: memory(0xfd, 0x00),
  /** One double in both lanes. */
  loadSplat: memory(0xfd, 0x0a),
  /** Two floats as doubles. */
  loadFloats: (address: Code, offset = 0): Code => [...address, 0xfd, 0x5d, 3, ...uleb(offset), 0xfd, 0x5f],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0xfd, 0x0b, 3, ...uleb(offset)],
  splat: vector(0x14),
  low: (value: Code): Code => [...value, 0xfd, 0x21, 0],
  high: (value: Code): Code => [...value, 0xfd, 0x21, 1],
  equal: vector(0x47),
  greater: vector(0x4a),
  /** (a, b, mask): a where the mask is set. */
  select: vector(0x52),
  anyTrue: vector(0x53),
  /** Bit per lane. */
  bitmask: vector(0xc4),
  add: vector(0xf0),
  sub: vector(0xf1),
  mul: vector(0xf2),
  div: vector(0xf3),
  /** (a, b): b where a < b, else a. */
  max: vector(0xf7),
};

export const local = {
  get: (index: number): Code => [0x20, ...uleb(index)],
  set: (index: number, value: Code): Code => [...value, 0x21, ...uleb(index)],
};

/** Moves a pointer. */
export const advance = (pointer: number, bytes: number): Code =>
  local.set(pointer, i32.add(local.get(pointer), i32.const(bytes)));

/** Runs `body` while `condition` holds. */
export const loopWhile = (condition: Code, ...body: Code[]): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...[...condition, 0x45, 0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];
export const when = (condition: Code, ...body: Code[]): Code => [...condition, 0x04, 0x40, ...body.flat(), 0x0b];
export const whenElse = (condition: Code, then: Code, otherwise: Code): Code => [
  ...[...condition, 0x04, 0x40],
  ...[...then, 0x05],
  ...[...otherwise, 0x0b],
];
export const call = (index: number, ...operands: Code[]): Code => [...operands.flat(), 0x10, ...uleb(index)];
export const returns = (value: Code): Code => [...value, 0x0f];

/** index · 2^shift */
export const times = (index: Code, shift: number): Code => i32.shl(index, i32.const(shift));

export interface FunctionType {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface FunctionSpec extends FunctionType {
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/**
 * The bytes of a module that imports the memory `env.memory` and the functions `imports`, and exports `functions`. Calls
 * number them in this order, the imports first.
 */
export function assemble(
  functions: readonly FunctionSpec[],
  imports: readonly FunctionType[] = [],
): Uint8Array<ArrayBuffer> {
  const list = (items: readonly Code[]): number[] => [...uleb(items.length), ...items.flat()];
  const sized = (bytes: Code): number[] => [...uleb(bytes.length), ...bytes];
  const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
  const section = (id: number, items: readonly Code[]): number[] => [id, ...sized(list(items))];
  const typeList = (names: readonly ValueType[]): number[] => list(names.map((name) => [types[name]]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      [...imports, ...functions].map(({ params, results }) => [0x60, ...typeList(params), ...typeList(results)]),
    ),
    ...section(2, [
      [...text('env'), ...text('memory'), 0x02, 0x00, 0x01],
      ...imports.map(({ name }, index) => [...text('env'), ...text(name), 0x00, ...uleb(index)]),
    ]),
    ...section(
      3,
      functions.map((_, index) => uleb(imports.length + index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0x00, ...uleb(imports.length + index)]),
    ),
    ...section(
      10,
      functions.map(({ locals, body }) => sized([...list(locals.map((name) => [1, types[name]])), ...body, 0x0b])),
    ),
  ]);
}
