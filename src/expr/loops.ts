/** Which dtypes an operation computes in, and gives: NumPy's loops, by rules that operations share. */
import { type DType, isFloat, isInteger, promoteAll } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';

/** The dtypes to which arguments are cast, and that of the result. */
export interface Loop {
  readonly loop: readonly DType[];
  readonly result: DType;
}
export type LoopRule = (op: string, dtypes: readonly DType[]) => Loop;

const alike = (dtypes: readonly DType[], dtype: DType, result: DType = dtype): Loop => ({
  loop: dtypes.map(() => dtype),
  result,
});

const refuse = (op: string, dtypes: readonly DType[], what: string): never => {
  throw new InputError(`${op} has no loop for ${dtypes.join(' and ')}: ${what}`);
};

/** All dtypes; the result is that of the arguments together. */
export const same: LoopRule = (_, dtypes) => alike(dtypes, promoteAll(dtypes));

/** As `same`, but not for bools, of which one says what to use instead. */
export const numeric =
  (instead: string): LoopRule =>
  (op, dtypes) => {
    const dtype = promoteAll(dtypes);
    return dtype === 'bool' ? refuse(op, dtypes, instead) : alike(dtypes, dtype);
  };

/** As `same`, where bools count as int8. */
export const counting: LoopRule = (_, dtypes) => {
  const dtype = promoteAll(dtypes);
  return alike(dtypes, dtype === 'bool' ? 'int8' : dtype);
};

/** Floats alone: integers of 8 bits would be float16 in NumPy and are float32 here, those of 16 float32, others float64. */
export const floating: LoopRule = (_, dtypes) => alike(dtypes, promoteAll(dtypes.map(floatOf)));

const floats: Readonly<Partial<Record<DType, DType>>> = {
  bool: 'float32',
  int8: 'float32',
  uint8: 'float32',
  int16: 'float32',
  uint16: 'float32',
  float32: 'float32',
};
export const floatOf = (dtype: DType): DType => floats[dtype] ?? 'float64';

/** True division: integers give float64, whatever their size. */
export const dividing: LoopRule = (_, dtypes) => {
  const dtype = promoteAll(dtypes);
  return alike(dtypes, isFloat(dtype) ? dtype : 'float64');
};

/** Floats as they are, and integers too: rounding has nothing to do for them. */
export const rounding: LoopRule = (_, dtypes) => alike(dtypes, promoteAll(dtypes));

/** Comparisons: bool of any. Signed with unsigned 64-bit integers compare as BigInts do, exactly. */
export const comparing: LoopRule = (_, dtypes) => {
  const kinds = new Set(dtypes);
  if (kinds.size === 2 && kinds.has('int64') && kinds.has('uint64')) return { loop: dtypes, result: 'bool' };
  return alike(dtypes, promoteAll(dtypes), 'bool');
};

/** Bools of bools. */
export const logical: LoopRule = (_, dtypes) => alike(dtypes, 'bool');

/** Bools and integers. */
export const bitwise: LoopRule = (op, dtypes) => {
  const dtype = promoteAll(dtypes);
  return isFloat(dtype) ? refuse(op, dtypes, 'it takes bools and integers') : alike(dtypes, dtype);
};

/** Integers; bools count as int8. */
export const shifting: LoopRule = (op, dtypes) => {
  const { loop } = bitwise(op, dtypes);
  return alike(dtypes, loop[0] === 'bool' ? 'int8' : loop[0]!);
};

/** Whether a float is of some kind: integers never are, and always finite. */
export const testing: LoopRule = (_, dtypes) => ({ loop: [...dtypes], result: 'bool' });

/** A choice: the first argument is bool, the others are of one dtype. */
export const choosing: LoopRule = (_, [, ...dtypes]) => {
  const dtype = promoteAll(dtypes);
  return { loop: ['bool', ...dtypes.map(() => dtype)], result: dtype };
};

/** Integers; bools only beside them. */
export const integral: LoopRule = (op, dtypes) => {
  const dtype = promoteAll(dtypes);
  return isInteger(dtype) ? alike(dtypes, dtype) : refuse(op, dtypes, 'it takes integers');
};
