/** WebAssembly modules of this folder, each with its memory, made when they are first asked for and once a thread. */

/** What of WebAssembly is used: neither the language's library nor Node's types have it. */
declare const WebAssembly: {
  readonly Memory: new (options: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

export interface Instance<E> {
  readonly memory: Memory;
  readonly exports: E;
  /** Lets the memory have so many bytes at least; views of it that were made before are empty then. */
  reserve(bytes: number): void;
}

const PAGE = 65536;

export function instantiate<E>(base64: string): Instance<E> {
  const memory = createMemory();
  const abort = () => {
    throw new Error('a kernel was called outside of its domain');
  };
  const exports = compileModule<E>(bytesOf(base64), { memory, abort });
  return {
    memory,
    exports,
    reserve(bytes) {
      const more = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
      if (more > 0) memory.grow(more);
    },
  };
}

/** What a module exports whose memory comes with what it imports; threads of one process share the code that V8 makes of equal bytes. */
export const compileModule = <E>(bytes: Uint8Array<ArrayBuffer>, env: object): E =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as E;

export const createMemory = (): Memory => new WebAssembly.Memory({ initial: 1 });

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
