/** Operations for measures of everything around them. */
import type { Op } from 'sheaf';

/** The reference of an operation of this module, by URL: it is no part of the package. */
export const op = (name: string): string => `${import.meta.url}#${name}`;

export const nothing: Op = () => 0;
