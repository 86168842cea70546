import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { importFrom } from './compile.js';

/** `--import tsx`, or the file of it that its command line names. */
const namesTsx = /^(--[\w-]+=)?(tsx|tsx\/esm|.*[\\/]tsx[\\/]dist[\\/].*)$/;

/**
 * Gives a worker thread the loader of TypeScript that its process was started with: tsx hands itself on to child
 * processes by their arguments, but does not register itself in threads.
 */
export async function inheritLoader(): Promise<void> {
  const loader = process.execArgv.find((word) => namesTsx.test(word))?.replace(/^--[\w-]+=/, '');
  if (loader === undefined || isMainThread) return;
  const isName = loader === 'tsx' || loader === 'tsx/esm';
  const from = isName ? join(process.cwd(), 'main.js') : loader.startsWith('file:') ? fileURLToPath(loader) : loader;
  const { register } = (await importFrom('tsx/esm/api', from)) as { readonly register: () => unknown };
  register();
}
