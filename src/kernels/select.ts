/** The k-th smallest of numbers without sorting them all. */

/** Brings it to its place, smaller ones before and larger ones behind it; there is no NaN (Hoare's FIND, 1961). */
export function select(values: Float64Array, k: number, from: number, to: number): number {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = pivotOf(values, low, high);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k]!;
}

/** The median of three. */
function pivotOf(values: Float64Array, low: number, high: number): number {
  const a = values[low]!;
  const b = values[(low + high) >>> 1]!;
  const c = values[high]!;
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}

/** The smallest from a place on. */
export function smallest(values: Float64Array, from: number, to: number): number {
  let result = values[from]!;
  for (let i = from + 1; i < to; i++) if (values[i]! < result) result = values[i]!;
  return result;
}
