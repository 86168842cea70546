import { config, doubled } from './entry.mjs';

export const usesEntry = () => (x) => doubled(x) + config.k;
