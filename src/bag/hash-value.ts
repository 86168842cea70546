/** Hashes that send equal keys to one partition, in every process. */
import { contentHash } from '../util/hash.js';

/** FNV-1a over UTF-16 units, with the finalizer of MurmurHash3, whose low bits are as good as its high ones. */
function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Which of `npartitions` a key belongs to. */
export const bucketOf = (key: unknown, npartitions: number): number => hashString(textOf(key)) % npartitions;

const textOf = (key: unknown): string =>
  // The type stands before it, so that 1 and '1' differ; `0` is `-0`, as in a Map.
  typeof key === 'object' && key !== null ? contentHash(key) : `${typeof key}:${String(key)}`;
