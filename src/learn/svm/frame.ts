/** What the assembled steps and who runs them agree on. */
import { type Code, i32 } from '../../kernels/wasm/assembler.js';

/** Replaces a curvature that is not positive, as in libsvm. */
export const TAU = 1e-12;

/**
 * What the steps know of the state: words at the start of the memory, here by their byte addresses. The arrays of doubles
 * but `lastUse` follow `g`, at the distances `to…`. See Workspace for what they hold.
 */
export const frame = {
  g: 0,
  /** Where the active items end in `g`, rounded up to a multiple of four. */
  end: 4,
  toUpper: 8,
  toLower: 12,
  toDiagonal: 16,
  toDecrease: 20,
  toY: 24,
  toAlpha: 28,
  toBound: 32,
  atBound: 36,
  slotOf: 40,
  lastUse: 44,
  values: 48,
  /** Bytes from a row of `values` to the next. */
  stride: 52,
  first: 56,
  /** Whether a bound was touched. */
  touched: 60,
  /** Where the next change of a bound is to be written. */
  changesEnd: 64,
  /** A double: how many rows have been asked for. */
  clock: 72,
} as const;
export const frameBytes = 128;

/** The word of the frame at an address. */
export const word = (address: number): Code => i32.load(i32.const(0), address);
