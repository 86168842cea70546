/**
 * Constants lie in memory, one float or integer each, and are spread over the lanes as they are loaded: that is one
 * instruction, while V8 makes a vector constant of integers anew at each use, by three or four.
 */

export class Constants {
  @inline static float(table: usize, index: usize): v128 {
    return v128.load64_splat(table + (index << 3));
  }

  @inline static plus(a: v128, b: v128, c: v128): v128 {
    return f64x2.add(f64x2.mul(a, b), c);
  }
}
