/** Random programs over random walks, and what they mean by the interpreter. */
import fc from 'fast-check';
import { allocate, sizeOf } from '../../src/arrow/block.js';
import { castElement, type DType, dtypes, type Element, isBig, isFloat, rangeOf } from '../../src/arrow/dtype.js';
import { interpret } from '../../src/expr/interpret.js';
import { stridesOf } from '../../src/expr/layout.js';
import { type OpName, ops } from '../../src/expr/ops.js';
import { type Program, ProgramBuilder } from '../../src/expr/program.js';
import { type ReducerName, reducers } from '../../src/expr/reducers.js';
import type { AnyBlock } from '../../src/expr/tasks.js';
import { InputError } from '../../src/util/errors.js';

const corners: readonly number[] = [0, -0, 1, -1, 2, 3, 7, 63, 64, 127, 128, -128, 255, 256, 0.5, -2.5, 1e300, 1e-320];

function elementOf(dtype: DType): fc.Arbitrary<Element> {
  if (dtype === 'bool') return fc.boolean();
  if (isFloat(dtype)) {
    const any = fc.oneof(fc.constantFrom(...corners, Number.NaN, Infinity, -Infinity), fc.double(), fc.integer());
    return any.map((value) => castElement(value, dtype));
  }
  const [low, high] = rangeOf(dtype);
  const small = fc.bigInt({ min: low < 0n ? -9n : 0n, max: 9n });
  return fc
    .oneof(small, fc.constantFrom(low, high), fc.bigInt({ min: low, max: high }))
    .map((x) => castElement(x, dtype));
}

const blockOf = (dtype: DType, shape: readonly number[]): fc.Arbitrary<AnyBlock> =>
  fc.array(elementOf(dtype), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((values) => {
    const data = allocate(dtype, values.length);
    values.forEach((value, i) => {
      data[i] = (typeof value === 'boolean' ? Number(value) : value) as never;
    });
    return { dtype, shape, data };
  });

/** Operations whose result may differ by how often V8 rounds, or that refuse some values. */
const left: ReadonlySet<string> = new Set(['power']);
const names = (Object.keys(ops) as OpName[]).filter((name) => !left.has(name));
const dtype = fc.constantFrom(...dtypes);

/** A program over `inputs`, each operation on values that are there; those without a loop are left out. */
const programOver = (inputs: readonly DType[], ndim: number): fc.Arbitrary<Program> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom<OpName | 'cast' | 'index'>(...names, 'cast', 'index'),
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        dtype,
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((steps) => {
      const builder = new ProgramBuilder();
      const values = inputs.map((input, i) => builder.input(i, input));
      values.push(builder.constant(3, 'int16'), builder.constant(-0, 'float64'));
      for (const [op, picks, to] of steps) {
        const args = picks.map((pick) => values[pick % values.length]!);
        try {
          if (op === 'cast') values.push(builder.cast(args[0]!, to));
          else if (op === 'index') values.push(builder.index(picks[0]! % ndim));
          else values.push(builder.call(op, ...args.slice(0, ops[op].arity)));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }
      return builder.build(values.at(-1)!, inputs);
    });

export interface Case {
  readonly program: Program;
  readonly shape: readonly number[];
  readonly axes: readonly (readonly number[])[];
  readonly blocks: readonly AnyBlock[];
  readonly origin: readonly number[];
}

/** Blocks of some axes of a walk, in any order, some of one element. */
export const cases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.array(fc.constantFrom(1, 2, 3, 5, 9, 33), { minLength: 1, maxLength: 3 }),
    fc.array(dtype, { minLength: 1, maxLength: 3 }),
  )
  .chain(([shape, inputs]) => {
    const orders = inputs.map(() => fc.shuffledSubarray(shape.map((_, axis) => axis)));
    const shrunk = inputs.map(() => fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }));
    return fc
      .tuple(fc.tuple(...orders), fc.tuple(...shrunk), programOver(inputs, shape.length))
      .chain(([axes, ones, program]) => {
        const blocks = inputs.map((input, i) =>
          blockOf(
            input,
            axes[i]!.map((axis) => (ones[i]![axis] ? 1 : shape[axis]!)),
          ),
        );
        const origin = shape.map((_, axis) => 10 * axis + 1);
        return fc.tuple(...blocks).map((made): Case => ({ program, shape, axes, blocks: made, origin }));
      });
  });

/** The element of a block at a place of the walk. */
function elementAt(block: AnyBlock, axes: readonly number[], place: readonly number[]): Element {
  const strides = stridesOf(block.shape);
  const at = axes.reduce((sum, axis, own) => sum + strides[own]! * place[axis]!, 0);
  const value = block.data[at]!;
  return block.dtype === 'bool' ? value === 1 : value;
}

/** Every place of a shape, in C order. */
export function* placesOf(shape: readonly number[]): Generator<number[]> {
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    let rest = i;
    const place = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    yield place;
  }
}

export const meaning = ({ program, shape, axes, blocks, origin }: Case): Element[] =>
  [...placesOf(shape)].map((place) =>
    interpret(
      program,
      blocks.map((block, i) => elementAt(block, axes[i]!, place)),
      place.map((at, axis) => at + origin[axis]!),
    ),
  );

/** One NaN, and 0 for -0, of which comparisons say nothing. */
export const plain = (values: Iterable<Element>): unknown[] => Array.from(values, (value) => (value === 0 ? 0 : value));
export const stored = ({ dtype: of, data }: AnyBlock): Element[] =>
  Array.from(data as Float64Array, (value) => (of === 'bool' ? value === 1 : value));

const isNumber = (a: Element, b: Element): boolean => typeof a === 'number' && typeof b === 'number';

type Fold = (acc: Element, value: Element) => Element;
const folds: Readonly<Record<ReducerName, Fold>> = {
  sum: (acc, value) => BigInt(acc) + BigInt(value),
  prod: (acc, value) => BigInt(acc) * BigInt(value),
  min: (acc, value) => (isNumber(acc, value) ? Math.min(Number(acc), Number(value)) : acc < value ? acc : value),
  max: (acc, value) => (isNumber(acc, value) ? Math.max(Number(acc), Number(value)) : acc > value ? acc : value),
  nanmin: (acc, value) => (Number.isNaN(value) || acc < value ? acc : value),
  nanmax: (acc, value) => (Number.isNaN(value) || acc > value ? acc : value),
  any: (acc, value) => Boolean(acc) || Boolean(value),
  all: (acc, value) => Boolean(acc) && Boolean(value),
};

export function folded(
  { shape, ...given }: Case,
  reducer: ReducerName,
  reduced: readonly number[],
  to: DType,
): Element[] {
  const groups = new Map<string, Element>();
  const values = meaning({ shape, ...given });
  [...placesOf(shape)].forEach((place, i) => {
    const group = place.map((at, axis) => (reduced.includes(axis) ? 0 : at)).join();
    const value = castElement(values[i]!, to);
    const initial = reducers[reducer].initial(to);
    const acc = groups.get(group) ?? (to === 'bool' ? initial === 1 : initial);
    groups.set(group, castElement(folds[reducer](acc, value), to));
  });
  return [...groups.values()].map((value) => (isBig(to) ? BigInt(value) : value));
}
