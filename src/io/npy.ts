/**
 * The format of NumPy's .npy files (numpy/lib/format.py): `\x93NUMPY`, a version, the length of the header, and the header,
 * which is a dict of Python. The elements follow, in C order, or in that of Fortran with the first axis fastest.
 */
import type { DType } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';

export interface NpyHeader {
  readonly dtype: DType;
  /** How the elements are in the file where that is not as in memory. */
  readonly stored?: 'half' | 'swapped' | 'swapped-half';
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const magic = '\x93NUMPY';
/** As far as the length of the header in the longer form. */
export const PREFIX_BYTES = 12;
const ALIGN_BYTES = 64;

const dtypesByCode: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float32',
  f4: 'float32',
  f8: 'float64',
};
const codes = Object.fromEntries(
  Object.entries(dtypesByCode).map(([code, dtype]) => [dtype, `${code.endsWith('1') ? '|' : '<'}${code}`]),
) as Record<DType, string>;

/** Where the elements begin, from the first {@link PREFIX_BYTES} of a file. Raises {@link InputError} for what is no .npy file. */
export function npyOffset(prefix: Uint8Array, path: string): { readonly header: number; readonly data: number } {
  if (prefix.length < 10 || latin1(prefix.subarray(0, 6)) !== magic) {
    throw new InputError(`${path} is no .npy file: it does not begin with \\x93NUMPY`);
  }
  const version = prefix[6]!;
  if (version < 1 || version > 3) {
    throw new InputError(
      `${path} is of version ${version}.${prefix[7]} of the .npy format; 1.0, 2.0 and 3.0 are known`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const header = version === 1 ? 10 : PREFIX_BYTES;
  if (prefix.length < header) throw new InputError(`${path} ends within the header of its .npy format`);
  return { header, data: header + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)) };
}

/** What a header says. Raises {@link InputError} for elements that are no dtype here. */
export function parseNpyHeader(text: string, path: string): NpyHeader {
  const descr = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)"|(\[.*\]))/s.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(text);
  if (!descr || !order || !shape) {
    throw new InputError(`${path} has a header that is none of the .npy format: ${text.trim().slice(0, 100)}`);
  }
  const type = descr[1] ?? descr[2] ?? descr[3]!;
  const [, sign, code = ''] = /^([<>|=]?)(\w+)$/.exec(type) ?? [];
  const dtype = dtypesByCode[code];
  if (!dtype) {
    throw new InputError(
      `${path} has elements of the NumPy type ${type.slice(0, 60)}, which has no dtype here; ${Object.keys(dtypesByCode).join(', ')} have`,
    );
  }
  const isSwapped = sign === '>' && !code.endsWith('1');
  const isHalf = code === 'f2';
  const stored = isHalf ? (isSwapped ? 'swapped-half' : 'half') : isSwapped ? 'swapped' : undefined;
  const extents = shape[1]!.split(',').filter((extent) => extent.trim() !== '');
  return {
    dtype,
    ...(stored && { stored }),
    fortranOrder: order[1] === 'True',
    shape: extents.map((extent) => Number.parseInt(extent, 10)),
  };
}

/** The beginning of a file of that dtype and shape in C order; as long as NumPy makes it. */
export function formatNpyHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${codes[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const isLong = text.length + PREFIX_BYTES + ALIGN_BYTES > 0xffff;
  const prefix = isLong ? PREFIX_BYTES : 10;
  const total = Math.ceil((prefix + text.length + 1) / ALIGN_BYTES) * ALIGN_BYTES;
  const bytes = new Uint8Array(total).fill(0x20);
  for (const [i, character] of [...magic].entries()) bytes[i] = character.charCodeAt(0);
  bytes.set([isLong ? 2 : 1, 0], 6);
  const view = new DataView(bytes.buffer);
  if (isLong) view.setUint32(8, total - prefix, true);
  else view.setUint16(8, total - prefix, true);
  for (let i = 0; i < text.length; i++) bytes[prefix + i] = text.charCodeAt(i);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/** How many bytes an element takes in the file. */
export const storedItemsize = ({ stored }: Pick<NpyHeader, 'stored'>, itemsize: number): number =>
  stored?.endsWith('half') ? 2 : itemsize;

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
