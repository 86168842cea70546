/**
 * Memory in which WebAssembly works: slots, each for a tile of values of one operand, and a panel for what is gone over
 * several times. What is there before a call is nobody's.
 */
import { arrayTypes, type DType, type DTypeArray } from '../arrow/dtype.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { mathWasm } from './wasm/math.js';

/** How many values a slot has. */
export const TILE = 2048;
/** How many slots tiles may have; the one behind them is for single values. */
export const TILE_SLOTS = 48;

/** Constants of the module lie before it; ones and then zeros, for as many bytes each. */
const ONES = 65536;
const RUN = 64;
/** Where the operands of a call begin. */
export const BASES = ONES + 2 * RUN;
const FIRST = BASES + 4 * 64;
/** Slots begin at different places of a page, where stores would otherwise be mistaken for loads from others. */
const STRIDE = 8 * TILE + 192;

export const addressOf = (slot: number): number => FIRST + slot * STRIDE;

const PANEL = FIRST + (TILE_SLOTS + 1) * STRIDE;
/** A panel has so many bytes, which stay in the second cache. */
const PANEL_BYTES = 1 << 20;

/** The address from which ones are followed by zeros after `bytes` bytes, up to 64. */
export const onesThenZeros = (bytes: number): number => ONES + RUN - bytes;

let made: Instance<object> | undefined;

/** The module of mathematical functions with the memory that all work in. */
export function tileModule<E>(): Instance<E> {
  if (!made) {
    made = instantiate<object>(mathWasm);
    made.reserve(PANEL + PANEL_BYTES);
    new Uint8Array(made.memory.buffer, ONES, RUN).fill(255);
  }
  return made as Instance<E>;
}

const views = new Map<string, DTypeArray>();

/** The values of a slot. */
export function slotOf<D extends DType>(dtype: D, slot: number): InstanceType<(typeof arrayTypes)[D]> {
  const name = `${dtype}${slot}`;
  let view = views.get(name);
  if (!view) views.set(name, (view = new arrayTypes[dtype](tileModule().memory.buffer, addressOf(slot), TILE)));
  return view as InstanceType<(typeof arrayTypes)[D]>;
}

/** Room for so many values where WebAssembly works; undefined if they are too many. */
export function panelOf(dtype: DType, length: number): DTypeArray | undefined {
  const Type = arrayTypes[dtype];
  if (length * Type.BYTES_PER_ELEMENT > PANEL_BYTES) return undefined;
  return new Type(tileModule().memory.buffer, PANEL, length) as DTypeArray;
}

/** Where an array begins in the memory in which WebAssembly works; undefined if it lies elsewhere. */
export const addressIn = (data: DTypeArray): number | undefined =>
  made && data.buffer === made.memory.buffer ? data.byteOffset : undefined;

let bases: Int32Array | undefined;

/** The addresses that kernels take their operands from. */
export const basesOf = (): Int32Array => (bases ??= new Int32Array(tileModule().memory.buffer, BASES, 64));
