/** A module that imports the one that imports it. */
import { twice } from './app.js';

export const half = (x: number): number => twice(x) / 4;
