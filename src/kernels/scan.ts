/** Running sums and products along an axis, where they lie: of `outer` times `length` rows of `inner` elements. */
type Floats = Float64Array | Float32Array;
type Integers = BigInt64Array | BigUint64Array;

/** What goes from one element to the next: sums of floats in float64, whatever the array holds. */
export function scanFloats(
  isProduct: boolean,
  data: Floats,
  [outer, length, inner]: readonly [number, number, number],
  carry: Float64Array,
): void {
  if (inner === 1) {
    for (let row = 0; row < outer; row++) {
      let sum = carry[row]!;
      const end = (row + 1) * length;
      if (isProduct) for (let at = row * length; at < end; at++) data[at] = sum *= data[at]!;
      else for (let at = row * length; at < end; at++) data[at] = sum += data[at]!;
    }
    return;
  }
  for (let i = 0; i < outer; i++) {
    const sums = carry.subarray(i * inner, (i + 1) * inner);
    for (let k = 0; k < length; k++) {
      const at = (i * length + k) * inner;
      if (isProduct) for (let j = 0; j < inner; j++) data[at + j] = sums[j] = sums[j]! * data[at + j]!;
      else for (let j = 0; j < inner; j++) data[at + j] = sums[j] = sums[j]! + data[at + j]!;
    }
  }
}

/** As `scanFloats`, of 64-bit integers, which wrap around as they are stored. */
export function scanIntegers(
  isProduct: boolean,
  data: Integers,
  [outer, length, inner]: readonly [number, number, number],
  carry: BigInt64Array,
): void {
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < length; k++) {
      const at = (i * length + k) * inner;
      for (let j = 0; j < inner; j++) {
        const before = carry[i * inner + j]!;
        const value = data[at + j]!;
        const next = BigInt.asIntN(64, isProduct ? before * value : before + value);
        carry[i * inner + j] = next;
        data[at + j] = next;
      }
    }
  }
}
