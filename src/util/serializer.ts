/**
 * Values to bytes and back, by V8's own structured clone format. The content of typed arrays, DataViews and Buffers
 * stays out of it unless it is small: the header names an entry in a list of buffers, which are written from where they
 * lie and read each into its own SharedArrayBuffer, ready for every thread and aligned for every type.
 */
import * as v8 from 'node:v8';
import { InputError, SheafError } from './errors.js';

declare module 'v8' {
  // Documented, but missing from @types/node.
  interface Serializer {
    _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void;
  }
  interface Deserializer {
    readUint32(): number;
    readRawBytes(length: number): Buffer<ArrayBuffer>;
  }
}

/** Views below this are copied into the header: a buffer of its own costs more than a copy of a kilobyte does. */
export const inlineBelowBytes = 1024;

/** Some values as bytes. */
export interface Encoded {
  readonly header: Uint8Array;
  readonly buffers: readonly Uint8Array[];
}

type ViewKind = readonly [
  name: string,
  itemsize: number,
  make: (buffer: ArrayBufferLike, length: number) => ArrayBufferView,
];

interface TypedArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
}

const typed = (Type: TypedArrayConstructor): ViewKind => [
  Type.name,
  Type.BYTES_PER_ELEMENT,
  (buffer, length) => new Type(buffer, 0, length),
];

// The order is part of the wire format.
const viewKinds: readonly ViewKind[] = [
  ['Buffer', 1, (buffer, length) => Buffer.from(buffer, 0, length)],
  ['DataView', 1, (buffer, length) => new DataView(buffer, 0, length)],
  typed(Int8Array),
  typed(Uint8Array),
  typed(Uint8ClampedArray),
  typed(Int16Array),
  typed(Uint16Array),
  typed(Int32Array),
  typed(Uint32Array),
  typed(Float32Array),
  typed(Float64Array),
  typed(BigInt64Array),
  typed(BigUint64Array),
];
const kindOf = new Map(viewKinds.map(([name], index) => [name, index]));

export class Serializer extends v8.Serializer {
  readonly #buffers: Uint8Array[] = [];
  bufferBytes = 0;

  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
    this.writeHeader();
  }

  /** The end: nothing can be written afterwards. */
  finish(): Encoded {
    return { header: this.releaseBuffer(), buffers: this.#buffers };
  }

  /** Called by V8 for what is no ordinary object: views, as asked for above, and objects that live outside V8. */
  _writeHostObject(value: object): void {
    if (!ArrayBuffer.isView(value)) throw new InputError(`${value.constructor.name} lives outside of V8`);
    const name = Buffer.isBuffer(value)
      ? 'Buffer'
      : (value as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
    const kind = kindOf.get(name);
    if (kind === undefined) throw new InputError(`${name} is none of ${[...kindOf.keys()].join(', ')}`);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const isInline = bytes.length < inlineBelowBytes;
    this.writeUint32(2 * kind + (isInline ? 1 : 0));
    if (isInline) {
      this.writeUint32(bytes.length);
      this.writeRawBytes(bytes);
    } else {
      this.writeUint32(this.#buffers.push(bytes) - 1);
      this.bufferBytes += bytes.length;
    }
  }
}

export class Deserializer extends v8.Deserializer {
  readonly #buffers: readonly ArrayBufferLike[];

  constructor(header: Uint8Array, buffers: readonly ArrayBufferLike[]) {
    super(header);
    this.#buffers = buffers;
  }

  _readHostObject(): ArrayBufferView {
    const tag = this.readUint32();
    const kind = viewKinds[tag >>> 1];
    if (!kind) throw new SheafError(`there is no type of array number ${tag >>> 1}`);
    const [name, itemsize, make] = kind;
    const buffer = tag & 1 ? this.#readInline() : this.#readBuffer();
    if (buffer.byteLength % itemsize !== 0) throw new SheafError(`${buffer.byteLength} bytes are no ${name}`);
    return make(buffer, buffer.byteLength / itemsize);
  }

  #readInline(): ArrayBufferLike {
    const bytes = this.readRawBytes(this.readUint32());
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }

  #readBuffer(): ArrayBufferLike {
    const index = this.readUint32();
    const buffer = this.#buffers[index];
    if (!buffer) throw new SheafError(`there is no buffer ${index}, only ${this.#buffers.length}`);
    return buffer;
  }
}
