/** The binary format of WebAssembly, as far as modules of one function over a foreign memory need it. */

/** Instructions in their binary form. */
export type Code = readonly number[];

const VOID = 0x40;
export const types = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

/** LEB128 of an integer that is not negative. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** LEB128 of a 32-bit integer with a sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 127;
    const isLast = rest >> 6 === 0 || rest >> 6 === -1;
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

export const local = {
  get: (index: number): Code => [0x20, ...unsigned(index)],
  set: (index: number): Code => [0x21, ...unsigned(index)],
};
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  /** From so many bytes behind an address. */
  load: (offset: number): Code => [0x28, 2, ...unsigned(offset)],
  lessThan: [0x48] as Code,
  add: [0x6a] as Code,
  subtract: [0x6b] as Code,
  shiftLeft: [0x74] as Code,
};
export const call = (index: number): Code => [0x10, ...unsigned(index)];

/** Runs `body` as long as `condition` gives other than 0 before it. */
export const whileLoop = (condition: Code, body: Code): Code => [
  ...[0x02, VOID, 0x03, VOID, ...condition, 0x45, 0x0d, 1],
  ...[...body, 0x0c, 0, 0x0b, 0x0b],
];
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, VOID, ...body, 0x0b];

const section = (id: number, items: readonly Code[]): Code => {
  const body = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(body.length), ...body];
};
const name = (text: string): Code => [text.length, ...new TextEncoder().encode(text)];

export interface Unit {
  /** How many functions of an i32 without a result are imported, as `env.f0` and so on; the memory is `env.memory`. */
  readonly imports: number;
  /** Whether the function `run`, of an i32, gives a float64. */
  readonly hasResult: boolean;
  /** How many locals of each type follow the parameter. */
  readonly locals: readonly (readonly [count: number, type: keyof typeof types])[];
  readonly body: Code;
}

export function encodeModule({ imports, hasResult, locals, body }: Unit): Uint8Array<ArrayBuffer> {
  const declared = locals.filter(([count]) => count > 0);
  const code = [
    ...unsigned(declared.length),
    ...declared.flatMap(([count, type]) => [...unsigned(count), types[type]]),
    ...body,
    0x0b,
  ];
  const run = hasResult ? [0x60, 1, types.i32, 1, types.f64] : [0x60, 1, types.i32, 0];
  const functions = Array.from({ length: imports }, (_, i) => [...name('env'), ...name(`f${i}`), 0, 0]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, 1, types.i32, 0], run]),
    ...section(2, [[...name('env'), ...name('memory'), 2, 0, 1], ...functions]),
    ...section(3, [[1]]),
    ...section(7, [[...name('run'), 0, ...unsigned(imports)]]),
    ...section(10, [[...unsigned(code.length), ...code]]),
  ]);
}
