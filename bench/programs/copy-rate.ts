/** How fast this process copies memory, in bytes a second: those that are read and those that are written. */
const BYTES = 256 * 2 ** 20;

export function copyRate(): number {
  const from = new Float64Array(new SharedArrayBuffer(BYTES)).fill(1);
  const to = new Float64Array(new SharedArrayBuffer(BYTES)).fill(2);
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let at = 0; at < from.length; at += 4096) to.set(from.subarray(at, at + 4096), at);
    best = Math.max(best, (2 * BYTES) / ((performance.now() - start) / 1000));
  }
  return best;
}
