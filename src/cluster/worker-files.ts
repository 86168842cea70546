/** Files that clients upload to a worker: in a folder of its own, which goes with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export class WorkerFiles {
  readonly #name: string;
  readonly #base: string;
  #folder: Promise<string> | undefined;

  constructor(name: string, base = tmpdir()) {
    this.#name = name;
    this.#base = base;
  }

  /** Writes a file and tells where it is. */
  async write(name: string, content: Uint8Array): Promise<string> {
    this.#folder ??= mkdtemp(join(this.#base, `sheaf-${this.#name.replace(/[^\w.-]/g, '_')}-`));
    const path = join(await this.#folder, basename(name));
    await writeFile(path, content);
    return path;
  }

  async close(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}
