/**
 * Arrays as NumPy means them, one element after another and all in one piece: the slow truth for whole programs. It shares
 * the table of scalar operations with the engine, by way of the interpreter, and nothing of plans, chunks and kernels.
 */
import { castElement, type DType, type Element, isFloat, kindOf, promoteValue } from '../../src/arrow/dtype.js';
import { interpret } from '../../src/expr/interpret.js';
import type { OpName } from '../../src/expr/ops.js';
import { ProgramBuilder } from '../../src/expr/program.js';
import { placesOf } from '../expr/cases.js';

export interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** In C order. */
  readonly values: readonly Element[];
}

const at = ({ shape, values }: Plain, place: readonly number[]): Element =>
  values[place.reduce((sum, index, axis) => sum * shape[axis]! + index, 0)]!;

/** An array of a shape whose elements a function of the place gives. */
const made = (dtype: DType, shape: readonly number[], of: (place: readonly number[]) => Element): Plain => ({
  dtype,
  shape,
  values: [...placesOf(shape)].map(of),
});

/** An operation on arrays that are broadcast together, and on bare values. */
export function elementwise(op: OpName, operands: readonly (Plain | Element)[]): Plain {
  const arrays = operands.filter((operand): operand is Plain => typeof operand === 'object');
  const ndim = Math.max(...arrays.map(({ shape }) => shape.length));
  const shape = Array.from({ length: ndim }, (_, axis) => {
    const extents = arrays.map((one) => one.shape[axis - ndim + one.shape.length] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
  const builder = new ProgramBuilder();
  const met = op === 'where' ? (operands.slice(1).find((one) => typeof one === 'object') as Plain) : arrays[0]!;
  const steps = operands.map((one, i) =>
    typeof one === 'object' ? builder.input(i, one.dtype) : builder.constant(one, promoteValue(met.dtype, one)),
  );
  const inputs = operands.map((one) => (typeof one === 'object' ? one.dtype : ('float64' as const)));
  const program = builder.build(builder.call(op, ...steps), inputs);
  return made(program.steps.at(-1)!.dtype, shape, (place) =>
    interpret(
      program,
      operands.map((one) => {
        if (typeof one !== 'object') return one;
        return at(
          one,
          place.slice(ndim - one.shape.length).map((index, axis) => (one.shape[axis] === 1 ? 0 : index)),
        );
      }),
    ),
  );
}

export const astype = (x: Plain, dtype: DType): Plain => ({
  ...x,
  dtype,
  values: x.values.map((value) => castElement(value, dtype)),
});

export const transpose = (x: Plain, axes: readonly number[]): Plain =>
  made(
    x.dtype,
    axes.map((axis) => x.shape[axis]!),
    (place) => {
      const own = [...place];
      axes.forEach((axis, i) => {
        own[axis] = place[i]!;
      });
      return at(x, own);
    },
  );

export const reshape = (x: Plain, shape: readonly number[]): Plain => ({ ...x, shape });

/** The elements at some indices of an axis. */
export const take = (x: Plain, axis: number, indices: readonly number[]): Plain =>
  made(
    x.dtype,
    x.shape.map((extent, i) => (i === axis ? indices.length : extent)),
    (place) =>
      at(
        x,
        place.map((index, i) => (i === axis ? indices[index]! : index)),
      ),
  );

export const concatenate = (arrays: readonly Plain[], axis: number): Plain => {
  const [first] = arrays as [Plain];
  const owners = arrays.flatMap((one) => Array.from({ length: one.shape[axis]! }, (_, index) => ({ one, index })));
  return made(
    first.dtype,
    first.shape.map((extent, i) => (i === axis ? owners.length : extent)),
    (place) => {
      const { one, index } = owners[place[axis]!]!;
      return at(
        one,
        place.map((own, i) => (i === axis ? index : own)),
      );
    },
  );
};

/** Without an axis, at an index of it. */
const without = <T>(values: readonly T[], axis: number): T[] => values.filter((_, i) => i !== axis);

/** What a function makes of the values along an axis, as so many values there; undefined for none, which drops the axis. */
function along(
  x: Plain,
  axis: number,
  dtype: DType,
  length: number | undefined,
  of: (values: readonly Element[]) => readonly Element[],
): Plain {
  const rest = without(x.shape, axis);
  const made = new Map<string, readonly Element[]>();
  for (const place of placesOf(rest)) {
    const row = Array.from({ length: x.shape[axis]! }, (_, i) =>
      at(x, [...place.slice(0, axis), i, ...place.slice(axis)]),
    );
    made.set(`${place}`, of(row));
  }
  const shape = length === undefined ? rest : [...rest.slice(0, axis), length, ...rest.slice(axis)];
  return {
    dtype,
    shape,
    values: [...placesOf(shape)].map((place) =>
      length === undefined ? made.get(`${place}`)![0]! : made.get(`${without(place, axis)}`)![place[axis]!]!,
    ),
  };
}

const wide = (dtype: DType): DType => (isFloat(dtype) ? dtype : kindOf(dtype) === 'uint' ? 'uint64' : 'int64');
const isNaN_ = (value: Element): boolean => Number.isNaN(value);

const areNumbers = (a: Element, b: Element): boolean => typeof a === 'number' && typeof b === 'number';

type Fold = (acc: Element, value: Element) => Element;
/** Folds that are exact for integers and bools, and for floats too where they choose. */
export const folds: Readonly<
  Record<string, { readonly dtype: (d: DType) => DType; readonly initial?: Element; readonly step: Fold }>
> = {
  sum: { dtype: wide, initial: 0n, step: (a, b) => BigInt(a) + BigInt(b) },
  prod: { dtype: wide, initial: 1n, step: (a, b) => BigInt(a) * BigInt(b) },
  min: { dtype: (d) => d, step: (a, b) => (areNumbers(a, b) ? Math.min(a as number, b as number) : b < a ? b : a) },
  max: { dtype: (d) => d, step: (a, b) => (areNumbers(a, b) ? Math.max(a as number, b as number) : b > a ? b : a) },
  any: { dtype: () => 'bool', initial: false, step: (a, b) => Boolean(a) || truth(b) },
  all: { dtype: () => 'bool', initial: true, step: (a, b) => Boolean(a) && truth(b) },
};

/** NaN is true. */
const truth = (value: Element): boolean => isNaN_(value) || Boolean(value);

export function fold(x: Plain, name: string, axis: number): Plain {
  const { dtype, initial, step } = folds[name]!;
  const to = dtype(x.dtype);
  return along(x, axis, to, undefined, (values) => {
    const all = initial === undefined ? values : [initial, ...values];
    return [castElement(all.reduce(step), to)];
  });
}

export const countNonzero = (x: Plain, axis: number): Plain =>
  along(x, axis, 'int64', undefined, (values) => [BigInt(values.filter(truth).length)]);

/** Where the first least or greatest is; NaN is before all. */
export const extreme = (x: Plain, name: 'argmin' | 'argmax', axis: number): Plain =>
  along(x, axis, 'int64', undefined, (values) => {
    const best = values.reduce(folds[name === 'argmin' ? 'min' : 'max']!.step);
    return [BigInt(values.findIndex((value) => (isNaN_(best) ? isNaN_(value) : order(value, best) === 0)))];
  });

export const cumulate = (x: Plain, name: 'cumsum' | 'cumprod', axis: number): Plain => {
  const { dtype, step, initial } = folds[name === 'cumsum' ? 'sum' : 'prod']!;
  const to = dtype(x.dtype);
  return along(x, axis, to, x.shape[axis]!, (values) => {
    let acc = initial!;
    return values.map((value) => castElement((acc = step(acc, value)), to));
  });
};

/** NaNs last. */
const order = (a: Element, b: Element): number =>
  isNaN_(a) || isNaN_(b) ? Number(isNaN_(a)) - Number(isNaN_(b)) : a < b ? -1 : a > b ? 1 : 0;

/** -0 before 0, where NumPy has them in either order. */
const signs = (a: Element, b: Element): number => Number(Object.is(b, -0)) - Number(Object.is(a, -0));

export const sort = (x: Plain, axis: number): Plain =>
  along(x, axis, x.dtype, x.shape[axis]!, (values) => [...values].sort((a, b) => order(a, b) || signs(a, b)));

export const argsort = (x: Plain, axis: number): Plain =>
  along(x, axis, 'int64', x.shape[axis]!, (values) =>
    values
      .map((value, i) => [value, i] as const)
      .sort((a, b) => order(a[0], b[0]) || a[1] - b[1])
      .map(([, i]) => BigInt(i)),
  );

/** Constants around. */
export const pad = (x: Plain, axis: number, before: number, after: number, value: Element): Plain =>
  made(
    x.dtype,
    x.shape.map((extent, i) => (i === axis ? before + extent + after : extent)),
    (place) => {
      const own = place.map((index, i) => (i === axis ? index - before : index));
      return own[axis]! < 0 || own[axis]! >= x.shape[axis]! ? castElement(value, x.dtype) : at(x, own);
    },
  );

/** The product of matrices of integers. */
export const matmul = (x: Plain, y: Plain): Plain =>
  made(wide(x.dtype), [x.shape[0]!, y.shape[1]!], ([i, j]) => {
    let sum = 0n;
    for (let k = 0; k < x.shape[1]!; k++) sum += BigInt(at(x, [i!, k])) * BigInt(at(y, [k, j!]));
    return castElement(sum, wide(x.dtype));
  });
