import type { Label, Params } from '../../../src/learn/estimator.js';
import { golden } from '../../support/golden.js';

export interface GoldenFit {
  readonly data: string;
  readonly params: Params;
  readonly support: readonly number[];
  readonly nSupport: readonly number[];
  readonly intercept: readonly number[];
  readonly nIter: readonly number[];
  readonly dualCoef: readonly (readonly number[])[] | null;
  readonly dualCoefSums: readonly number[];
  readonly decisions: readonly number[];
  readonly predict: readonly Label[];
}

interface Packed {
  readonly base64: string;
  readonly columns: number;
  readonly scale: number;
}

export interface Data {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly Label[];
}

interface Golden {
  readonly data: Readonly<Record<string, { readonly X: Packed | number[][]; readonly y: readonly Label[] }>>;
  readonly fits: readonly GoldenFit[];
}

const { data, fits }: Golden = golden('svc.json');

export const goldenFits = fits;

export const goldenData: Readonly<Record<string, Data>> = Object.fromEntries(
  Object.entries(data).map(([name, { X, y }]) => [name, { X: Array.isArray(X) ? X : unpack(X), y }]),
);

function unpack({ base64, columns, scale }: Packed): number[][] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / columns }, (_, i) =>
    Array.from(bytes.subarray(i * columns, (i + 1) * columns), (byte) => byte / scale),
  );
}

/** Rows 0, 2, 4, … to learn from and rows 1, 3, 5, … to be asked about. */
export function halves({ X, y }: Data): { readonly train: Data; readonly test: Data } {
  const half = (rest: number): Data => ({
    X: X.filter((_, i) => i % 2 === rest),
    y: y.filter((_, i) => i % 2 === rest),
  });
  return { train: half(0), test: half(1) };
}

/** X·Zᵀ. */
export const gram = (X: Data['X'], Z: Data['X']): number[][] =>
  X.map((x) => Z.map((z) => x.reduce((sum, value, k) => sum + value * z[k], 0)));
