/** Runs programs over walks by vectors: part after part is copied to slots, evaluated there, and copied to the output. */
import type { DType, DTypeArray } from '../../arrow/dtype.js';
import { addressIn, addressOf, basesOf, TILE } from '../../kernels/tiles.js';
import { runLoop } from '../compile.js';
import { type Layout, tiledLoop } from '../layout.js';
import { identityOf, type Program, resultOf } from '../program.js';
import type { ReducerName } from '../reducers.js';
import { drain, fill, isWhole } from './boxes.js';
import { pays } from './cost.js';
import { type Mode, vectorKernel } from './kernel.js';
import { GROUP } from './lanes.js';
import { vectorReducer } from './reducers.js';
import { stagesOf } from './stages.js';

/** The sides of a part where an operand lies across: lines of the cache are read whole in both directions. */
const [ACROSS_ROWS, ACROSS_COLUMNS] = [32, 64];
const LONG = 8 * TILE;
/** Shorter rows are taken together. */
const SHORT = 64;

/** How a walk is cut into parts: rows are steps of one loop, columns of the innermost. */
interface Cut {
  readonly rowLoop: number | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly mode: Mode;
}

/** What runs the program if vectors do it faster than a loop does; undefined if it is left to that. */
export function preparedVector(
  program: Program,
  walk: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  reducer?: ReducerName,
): (() => void) | undefined {
  const { between } = stagesOf(program);
  const cut = cutOf(program, walk, inputs, reducer);
  // What is left to a loop after vectors is best left to it before.
  if (cut.mode === 'values' && between.length === 0) return undefined;
  // Where rows follow one another, what has no steps along them stays in its slot.
  const inner = walk.extents.length - 1;
  const stays = (own: readonly number[]) =>
    (own[inner] === 0 && cut.rows === 1) || (cut.rowLoop !== undefined && own[cut.rowLoop] === 0);
  const isCopied = (input: number) => !stays(walk.strides[input + 1]!) && addressIn(inputs[input]!) === undefined;
  const isStored = cut.mode === 'map' && addressIn(output) === undefined;
  if (!pays(program, between, isCopied, isStored)) return undefined;
  return preparedCut(program, walk, output, inputs, reducer, cut);
}

/** What runs the program by vectors, whether that pays or not; undefined if they cannot. */
export const byVectors = (
  program: Program,
  walk: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  reducer?: ReducerName,
): (() => void) | undefined =>
  preparedCut(program, walk, output, inputs, reducer, cutOf(program, walk, inputs, reducer));

function cutOf(program: Program, walk: Layout, inputs: readonly DTypeArray[], reducer: ReducerName | undefined): Cut {
  const { extents, strides } = walk;
  const inner = extents.length - 1;
  const columns = extents[inner]!;
  const out = strides[0]!;
  const across = tiledLoop(walk);
  const isShort = across === undefined && columns < SHORT;
  // A loop in which the output stays where it is lets accumulators stay in their slot.
  const still = reducer ? out.findLastIndex((step, loop) => step === 0 && loop < inner) : -1;
  const rowLoop = across ?? (still >= 0 && !isShort ? still : inner > 0 ? inner - 1 : undefined);
  const [rows, width] =
    across !== undefined
      ? [ACROSS_ROWS, Math.min(ACROSS_COLUMNS, columns)]
      : isShort && rowLoop !== undefined
        ? [Math.max(1, Math.floor(TILE / columns)), columns]
        : [1, evenly(columns)];
  const cut = { rowLoop, rows: rowLoop === undefined ? 1 : Math.min(rows, extents[rowLoop]!), columns: width };
  const mode = modeOf(program, out, inner, cut, reducer);
  // Where nothing goes through slots, parts are as long as sums stay exact enough.
  const isThere = (data: DTypeArray, i: number) => strides[i + 1]![inner] === 0 || addressIn(data) !== undefined;
  const isFree = mode === 'one' && cut.rows === 1 && stagesOf(program).between.length === 0 && inputs.every(isThere);
  return { ...cut, ...(isFree && { columns: evenly(columns, LONG) }), mode };
}

/** Parts of about the same length, none longer than a tile, whole groups but for the last. */
function evenly(extent: number, most = TILE): number {
  const parts = Math.ceil(extent / most);
  return Math.min(extent, GROUP * Math.ceil(extent / parts / GROUP));
}

function modeOf(
  program: Program,
  out: readonly number[],
  inner: number,
  { rowLoop, rows }: Omit<Cut, 'mode'>,
  reducer: ReducerName | undefined,
): Mode {
  if (!reducer) return 'map';
  const vector = vectorReducer(reducer, resultOf(program));
  if (vector && out[inner] === 0 && (rows === 1 || out[rowLoop!] === 0)) return 'one';
  return vector?.isStored && out[inner] === 1 && rows === 1 ? 'cells' : 'values';
}

/** An operand of a kernel: its array, and where it is read or written. */
interface Operand {
  readonly dtype: DType;
  readonly data: DTypeArray;
  readonly slot: DTypeArray;
  /** Its place among the bases. */
  readonly base: number;
  readonly isSplat: boolean;
  readonly rowStep: number;
  readonly columnStep: number;
  /** Where the array lies in the memory of vectors; undefined if it lies elsewhere. */
  readonly address: number | undefined;
  /** What lies in the slot begins there. */
  there: number;
}

function preparedCut(
  program: Program,
  { extents, strides }: Layout,
  output: DTypeArray,
  inputs: readonly DTypeArray[],
  reducer: ReducerName | undefined,
  { rowLoop, rows, columns, mode }: Cut,
): (() => void) | undefined {
  const inner = extents.length - 1;
  const stepsOf = (operand: number): [number, number] => {
    const own = strides[operand]!;
    return [rowLoop === undefined ? 0 : own[rowLoop]!, own[inner]!];
  };
  const splat = inputs.map((_, i) => {
    const [rowStep, columnStep] = stepsOf(i + 1);
    return columnStep === 0 && (rows === 1 || rowStep === 0);
  });
  const kernel = vectorKernel(program, { mode, splat, ...(reducer && { reducer }) });
  if (!kernel) return undefined;
  const operandOf = (number: number, data: DTypeArray, dtype: DType, slot: DTypeArray, base: number): Operand => {
    const [rowStep, columnStep] = stepsOf(number);
    const isSplat = number > 0 && splat[number - 1]!;
    const address = kernel.isMovable && !isSplat ? addressIn(data) : undefined;
    return { dtype, data, slot, base, isSplat, rowStep, columnStep, address, there: Number.NaN };
  };
  const to = operandOf(0, output, kernel.outputDType, kernel.output, kernel.outputBase);
  const from = inputs.flatMap((data, i) => {
    const slot = kernel.inputs[i];
    return slot ? [{ number: i + 1, operand: operandOf(i + 1, data, program.inputs[i]!, slot, i) }] : [];
  });
  const bases = basesOf();
  const finish = finishOf(program, reducer, mode, to);
  const rowExtent = rowLoop === undefined ? 1 : extents[rowLoop]!;
  return () => {
    let [oldRows, oldColumns] = [0, 0];
    const putCells = () => {
      if (mode === 'cells' && !Number.isNaN(to.there)) drain(to, to.there, 1, oldColumns);
    };
    bases[to.base] = addressOf(to.base);
    to.there = Number.NaN;
    for (const { operand } of from) operand.there = Number.NaN;
    for (const starts of placesOf(extents, strides, [inner, rowLoop])) {
      for (let column = 0; column < extents[inner]!; column += columns) {
        const width = Math.min(columns, extents[inner]! - column);
        for (let row = 0; row < rowExtent; row += rows) {
          const height = Math.min(rows, rowExtent - row);
          const isOther = height !== oldRows || width !== oldColumns;
          const place = starts[0]! + row * to.rowStep + column * to.columnStep;
          // Whole groups are written, which may be more than there is room for.
          const isDirect = isWhole(to, height, width) && to.address !== undefined && (height * width) % GROUP === 0;
          if (isDirect) bases[to.base] = to.address! + place * to.data.BYTES_PER_ELEMENT;
          else if (mode === 'cells' && (isOther || place !== to.there)) {
            putCells();
            to.there = place;
            bases[to.base] = addressOf(to.base);
            fill(to, place, 1, width);
          } else if (to.address !== undefined) bases[to.base] = addressOf(to.base);
          for (const { number, operand } of from) {
            const at = starts[number]! + row * operand.rowStep + column * operand.columnStep;
            if (at !== operand.there || isOther) bring(operand, at, height, width, bases);
          }
          oldRows = height;
          oldColumns = width;
          const result = kernel.run(height * width);
          if (!(isDirect && mode === 'map')) finish(result, place, height, width);
        }
      }
    }
    putCells();
  };
}

/** Lets the kernel have a part of an input. */
function bring(operand: Operand, at: number, rows: number, columns: number, bases: Int32Array): void {
  const { isSplat, address, base, slot, data } = operand;
  operand.there = at;
  if (address !== undefined && isWhole(operand, rows, columns)) {
    bases[base] = address + at * data.BYTES_PER_ELEMENT;
    return;
  }
  bases[base] = addressOf(base);
  if (isSplat) slot[0] = data[at]!;
  else fill(operand, at, rows, columns);
}

/** What is done with a part that was evaluated. */
function finishOf(
  program: Program,
  reducer: ReducerName | undefined,
  mode: Mode,
  to: Operand,
): (result: number, offset: number, rows: number, columns: number) => void {
  const { data: output, slot, rowStep, columnStep } = to;
  const dtype = resultOf(program);
  if (mode === 'cells') return () => {};
  if (mode === 'map') {
    return (_, offset, rows, columns) => drain(to, offset, rows, columns);
  }
  if (mode === 'one') {
    const { take, isStored } = vectorReducer(reducer!, dtype)!;
    if (isStored) {
      return (result, offset) => {
        output[offset] = take(output[offset] as number, result);
      };
    }
    return (result, offset) => {
      output[offset] = (output[offset] as bigint) + BigInt(result);
    };
  }
  return (_, offset, rows, columns) => {
    const part = (output as Float64Array).subarray(offset) as DTypeArray;
    const strides = [
      [rowStep, columnStep],
      [columns, 1],
    ];
    runLoop(identityOf(dtype), { extents: [rows, columns], strides }, part, [slot], { reducer: reducer! });
  };
}

/** Where each operand is at each step of all loops but some. */
function* placesOf(
  extents: readonly number[],
  strides: Layout['strides'],
  without: readonly (number | undefined)[],
): Generator<readonly number[]> {
  const loops = extents.map((_, loop) => loop).filter((loop) => !without.includes(loop));
  const count = loops.reduce((product, loop) => product * extents[loop]!, 1);
  for (let i = 0; i < count; i++) {
    const starts = strides.map(() => 0);
    let rest = i;
    for (const loop of loops.toReversed()) {
      const at = rest % extents[loop]!;
      rest = Math.floor(rest / extents[loop]!);
      strides.forEach((own, operand) => {
        starts[operand]! += at * own[loop]!;
      });
    }
    yield starts;
  }
}
