import { isOwnModule, markEntry } from './module-reference.js';

/** How far up the stack to look, past the functions of this package. */
const FRAMES = 20;

/** Has functions of the module whose code called into this package travel by value, so far as the stack tells which that is. */
export function markCaller(): void {
  const module = callingModule();
  if (module !== undefined) markEntry(module);
}

function callingModule(): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_error, sites) => sites;
    const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
    const files = sites.map((site) => site.getFileName() ?? '');
    return files.find((file) => file !== '' && !file.startsWith('node:') && !isOwnModule(file));
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}
