/**
 * Under tsx the user's modules are TypeScript. Threads inherit the flags that load it, but on Node 20 it does not hook
 * itself into them: it has to be told.
 */
import { register } from 'node:module';

/** Hooks tsx into this thread if the flags of the process name it. */
export async function hookTypeScript(flags: readonly string[] = process.execArgv): Promise<void> {
  const loader = flags.find((flag) => /^(--import=)?file:.*\/tsx\/dist\/.*loader/.test(flag));
  if (loader === undefined || typeof register !== 'function') return;
  const api = new URL('./esm/api/index.mjs', loader.replace('--import=', ''));
  await ((await import(api.href)) as { register: () => void }).register();
}
