import { fileURLToPath } from 'node:url';

/** The root of the repository, seen from dist/test/support. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url));
