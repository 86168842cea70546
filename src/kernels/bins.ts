/** In which bin values are, as `numpy.histogram` counts them: bins are half open but for the last one. */

/** Adds one, or its weight, for each value between the first edge and the last to the total of its bin. */
export function countBins(
  totals: Float64Array,
  edges: Float64Array,
  isUniform: boolean,
  values: Float64Array | Float32Array,
  weights?: Float64Array,
): void {
  const last = totals.length;
  const [low, high] = [edges[0]!, edges[last]!];
  const perUnit = last / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high)) continue;
    let bin: number;
    if (isUniform) {
      // What rounding has put beside its bin goes where the edges say.
      bin = ((value - low) * perUnit) | 0;
      if (bin >= last) bin = last - 1;
      if (value < edges[bin]!) bin--;
      else if (bin < last - 1 && value >= edges[bin + 1]!) bin++;
    } else {
      bin = upperBound(edges, value) - 1;
      if (bin >= last) bin = last - 1;
    }
    totals[bin]! += weights === undefined ? 1 : weights[i]!;
  }
}

/** How many edges, in order, are not above the value. */
function upperBound(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As `numpy.linspace` rounds them; where both ends are one, half more to either side. */
export function evenEdges(bins: number, from: number, to: number): Float64Array {
  const [low, high] = from === to ? [from - 0.5, to + 0.5] : [from, to];
  const step = (high - low) / bins;
  const result = Float64Array.from({ length: bins + 1 }, (_, i) => i * step + low);
  result[bins] = high;
  return result;
}
