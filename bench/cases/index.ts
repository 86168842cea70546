/** The cases by name. Each is loaded when it is run, so that none measures with another one's code in memory. */
import type { OpenCaseFn } from '../case.js';
import type { OpenScalingFn } from '../scaling.js';

export const cases: Readonly<Record<string, () => Promise<OpenCaseFn>>> = {
  array: async () => (await import('./array.js')).openArray,
  'grid-search': async () => (await import('./grid-search.js')).openGridSearch,
  overhead: async () => (await import('./overhead.js')).openOverhead,
  primes: async () => (await import('./primes.js')).openPrimes,
  startup: async () => (await import('./startup.js')).openStartup,
};

/** The cases that can be put on any number of workers. */
export const scalings: Readonly<Record<string, () => Promise<OpenScalingFn>>> = {
  array: async () => (await import('./array-scaling.js')).openArrayScaling,
  'grid-search': async () => (await import('./grid-search-scaling.js')).openGridSearchScaling,
  primes: async () => (await import('./primes.js')).openPrimesScaling,
};

/** Run by name only: what the tests of the benchmark itself need. */
export const hiddenCases: typeof cases = {
  'self-test': async () => (await import('./self-test.js')).openSelfTest,
};

export const hiddenScalings: typeof scalings = {
  'self-test': async () => (await import('./self-test.js')).openSelfTestScaling,
};
