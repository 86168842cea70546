/** Files that clients upload to a worker: in a directory of its own, made for the first of them, which goes with it. */
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ownDirectory } from '../worker/own-directory.js';

export class WorkerFiles {
  readonly #directory;
  #writes = 0;

  constructor(localDirectory?: string) {
    this.#directory = ownDirectory('uploaded files', localDirectory);
  }

  /** Where they are, or will be. */
  get path(): string {
    return this.#directory.path;
  }

  /** Writes a file, at once for those who look, and tells where it is. */
  async write(name: string, content: Uint8Array): Promise<string> {
    this.#directory.make();
    const path = join(this.path, basename(name));
    const unfinished = join(this.path, `.${this.#writes++}.unfinished`);
    await writeFile(unfinished, content);
    await rename(unfinished, path);
    return path;
  }

  close(): void {
    this.#directory.close();
  }
}
