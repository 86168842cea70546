/** The files that clients have uploaded to the worker of this thread: modules are found among them by their names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

let directory: string | undefined;

/** Where they are, once there is one. */
export function findUploadsIn(path: string): void {
  directory = path;
}

/** The path of an uploaded file; undefined where there is none of that name. */
export function uploadedPath(name: string): string | undefined {
  if (directory === undefined || basename(name) !== name || name === '') return undefined;
  const path = join(directory, name);
  return existsSync(path) ? path : undefined;
}

export function uploadedNames(): string[] {
  if (directory === undefined || !existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name !== 'owner.json' && !name.startsWith('.'))
    .sort();
}

/** Imports an uploaded module, anew when another content has been uploaded under its name. */
export async function importUpload(path: string): Promise<unknown> {
  const { contentHash } = await import('../util/hash.js'); // every thread loads this file, and few import anything by it
  return import(`${pathToFileURL(path)}?${contentHash(new Uint8Array(readFileSync(path)))}`);
}
