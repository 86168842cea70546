/**
 * Zarr arrays in folders, of versions 2 and 3, by zarrita, which is loaded when it is asked for. Metadata is written here:
 * it is short, and zarrita writes that of version 3 alone.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataType, Readable, Array as ZarrArray } from 'zarrita';
import { checkDType, type DType, dtypes } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';

/** Where an array is, as tasks are told. */
export interface ZarrSource {
  readonly path: string;
  readonly dtype: DType;
  /** What tells this state of the array from others: the time of its metadata. */
  readonly version: number;
}

export interface OpenedZarr {
  readonly source: ZarrSource;
  readonly shape: readonly number[];
  /** The extents of a stored chunk. */
  readonly chunkShape: readonly number[];
}

const metadataNames = ['zarr.json', '.zarray'];

/** The array in a folder, opened by zarrita. */
export async function zarrArray(path: string): Promise<ZarrArray<DataType, Readable>> {
  const [{ open }, { default: FileSystemStore }] = await Promise.all([
    import('zarrita'),
    import('@zarrita/storage/fs'),
  ]);
  return open(new FileSystemStore(path), { kind: 'array' });
}

/** What is known of an array before it is read. Rejects with {@link InputError} for a folder without one, and for elements that have no dtype. */
export async function openZarr(path: string): Promise<OpenedZarr> {
  const metadata = metadataNames.map((name) => join(path, name)).find((name) => existsSync(name));
  if (!metadata)
    throw new InputError(`there is no Zarr array in ${path}: it has neither ${metadataNames.join(' nor ')}`);
  let array: ZarrArray<DataType, Readable>;
  try {
    array = await zarrArray(path);
  } catch (cause) {
    throw new InputError(`the Zarr array in ${path} cannot be opened: ${(cause as Error).message}`, { cause });
  }
  if (!dtypes.includes(array.dtype as DType)) {
    throw new InputError(
      `the Zarr array in ${path} has elements of ${array.dtype}, which is no dtype here; there are ${dtypes.join(', ')}`,
    );
  }
  const source = { path, dtype: checkDType(array.dtype), version: statSync(metadata).mtimeMs };
  return { source, shape: array.shape, chunkShape: array.chunks };
}

export type Compressor = 'zstd' | 'blosc';

export interface ZarrLayout {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly zarrFormat: 2 | 3;
  readonly compressor: Compressor | null;
}

/** The codecs of version 3, and what version 2 calls the compressor, with numcodecs' defaults. */
const compressors: Readonly<Record<Compressor, { readonly v3: (itemsize: number) => object; readonly v2: object }>> = {
  zstd: { v3: () => ({ level: 3, checksum: false }), v2: { level: 3 } },
  blosc: {
    v3: (typesize) => ({ cname: 'lz4', clevel: 5, shuffle: 'shuffle', typesize, blocksize: 0 }),
    v2: { cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 },
  },
};
export const compressorNames = Object.keys(compressors) as readonly Compressor[];

const codes: Readonly<Record<DType, string>> = {
  bool: '|b1',
  int8: '|i1',
  uint8: '|u1',
  int16: '<i2',
  uint16: '<u2',
  int32: '<i4',
  uint32: '<u4',
  int64: '<i8',
  uint64: '<u8',
  float32: '<f4',
  float64: '<f8',
};

/** The metadata file of an array, its name and what is in it. */
export function zarrMetadata({
  dtype,
  shape,
  chunkShape,
  zarrFormat,
  compressor,
}: ZarrLayout): readonly [name: string, content: object] {
  const fill = dtype === 'bool' ? false : 0;
  if (zarrFormat === 2) {
    const chosen = compressor && { id: compressor, ...compressors[compressor].v2 };
    const common = { zarr_format: 2, shape, chunks: chunkShape, dtype: codes[dtype], fill_value: fill, order: 'C' };
    return ['.zarray', { ...common, compressor: chosen, filters: null, dimension_separator: '.' }];
  }
  const itemsize = Number(codes[dtype].slice(2));
  const codecs = [
    { name: 'bytes', configuration: { endian: 'little' } },
    ...(compressor ? [{ name: compressor, configuration: compressors[compressor].v3(itemsize) }] : []),
  ];
  const content = {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: dtype,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: chunkShape } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    codecs,
    fill_value: fill,
    attributes: {},
  };
  return ['zarr.json', content];
}

function isArray(path: string): boolean {
  if (existsSync(join(path, '.zarray'))) return true;
  const file = join(path, 'zarr.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).node_type === 'array';
}

/** Makes an array of zeros in a folder. Raises {@link InputError} where there is one, unless it may be overwritten, and where there is anything else. */
export function createZarr(path: string, layout: ZarrLayout, overwrite: boolean): void {
  if (isArray(path)) {
    if (!overwrite) throw new InputError(`there is a Zarr array in ${path}: { overwrite: true } replaces it`);
    rmSync(path, { recursive: true });
  } else if (existsSync(path) && readdirSync(path).length > 0) {
    throw new InputError(`${path} holds other things than a Zarr array: give a folder of its own`);
  }
  const [name, content] = zarrMetadata(layout);
  try {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, name), JSON.stringify(content, undefined, 2));
  } catch (cause) {
    throw new InputError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
