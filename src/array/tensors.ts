/**
 * Tensors of TensorFlow.js. It is never imported but when a tensor is asked for: the user's own, where a backend is set
 * already, else tfjs-node where that is installed, else the core with the wasm or the cpu backend.
 */
import type { Block } from '../arrow/block.js';
import { type DType, type DTypeArray, kindOf } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';
import { cast } from './cast.js';

/** The part of a TensorFlow.js tensor that is read. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): unknown;
}

export const isTensor = (value: unknown): value is TensorLike =>
  typeof (value as Partial<TensorLike> | null)?.dataSync === 'function' && Array.isArray((value as TensorLike).shape);

interface OwnTensor extends TensorLike {
  dispose(): void;
}

/** The part of TensorFlow.js that is used. */
export interface TensorFlow {
  tensor(values: unknown, shape: readonly number[], dtype: string): OwnTensor;
  tidy<T>(run: () => T): T;
  engine(): { readonly registryFactory: object };
  ready(): Promise<void>;
}

const core = '@tensorflow/tfjs-core';
const backends = ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-cpu'];

let loading: Promise<TensorFlow> | undefined;

/** TensorFlow.js with a backend that is ready. Rejects with {@link InputError} where none is installed. */
export function loadTensorFlow(): Promise<TensorFlow> {
  loading ??= load();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

async function load(): Promise<TensorFlow> {
  const own = await installed(core);
  const tf = own && hasBackend(own) ? own : ((await installed('@tensorflow/tfjs-node')) ?? own);
  if (!tf) {
    throw new InputError(
      'TensorFlow.js is not installed: npm install @tensorflow/tfjs-node, or @tensorflow/tfjs-core and @tensorflow/tfjs-backend-wasm',
    );
  }
  for (const backend of backends) if (!hasBackend(tf)) await installed(backend);
  if (!hasBackend(tf)) throw new InputError(`TensorFlow.js has no backend: npm install ${backends.join(' or ')}`);
  await tf.ready();
  return tf;
}

const hasBackend = (tf: TensorFlow): boolean => Object.keys(tf.engine().registryFactory).length > 0;

async function installed(name: string): Promise<TensorFlow | undefined> {
  try {
    const module = (await import(name)) as Partial<TensorFlow> & { readonly default?: TensorFlow };
    return module.tensor ? (module as TensorFlow) : module.default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const dtypesOfTensors: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

/** The block of a tensor, in its memory. Raises {@link InputError} for text and complex numbers. */
export function blockOfTensor(tensor: TensorLike, who: string): Block<DType> {
  const dtype = dtypesOfTensors[tensor.dtype];
  if (!dtype) {
    throw new InputError(
      `${who} gave a tensor of ${tensor.dtype}: arrays are made of ${Object.keys(dtypesOfTensors).join(', ')}`,
    );
  }
  return { dtype, shape: tensor.shape, data: tensor.dataSync() as DTypeArray };
}

/** What TensorFlow.js has for a dtype; absent where elements would be lost. */
const tensorDTypes: Readonly<Partial<Record<DType, 'float32' | 'int32' | 'bool'>>> = {
  bool: 'bool',
  int8: 'int32',
  uint8: 'int32',
  int16: 'int32',
  uint16: 'int32',
  int32: 'int32',
  float32: 'float32',
  float64: 'float32',
};

/** A tensor of a block. Raises {@link InputError} for integers beyond 32 bits. */
export function tensorOf(tf: TensorFlow, block: Block<DType>): OwnTensor {
  const dtype = tensorDTypes[block.dtype];
  if (!dtype)
    throw new InputError(
      `there are no tensors of ${block.dtype}: use astype('${kindOf(block.dtype) === 'uint' ? 'float32' : 'int32'}') first`,
    );
  const { data, shape } = block.dtype === dtype ? block : cast(block, dtype);
  // Backends take the memory as theirs, and not all of them memory that threads share.
  return tf.tensor((data as Float32Array).slice(), shape, dtype);
}

/** Calls a function with tensors in place of blocks; it and what it leaves behind is freed, but for what it gives. */
export async function withTensors(
  args: readonly unknown[],
  isBlock: (arg: unknown) => arg is Block<DType>,
  fn: (...args: unknown[]) => unknown,
): Promise<unknown> {
  const tf = await loadTensorFlow();
  return tf.tidy(() => {
    const result = fn(...args.map((arg) => (isBlock(arg) ? tensorOf(tf, arg) : arg)));
    if (result instanceof Promise) {
      result.catch(() => {}); // what comes of it is not asked
      throw new InputError('a function of tensors is not to be asynchronous, as they are freed when it returns');
    }
    if (!isTensor(result)) return result;
    // Read before the scope ends, which frees the tensor.
    const { shape, dtype } = result;
    const data = result.dataSync();
    return { shape, dtype, dataSync: () => data };
  });
}
