/**
 * The inner part of a matrix product: a packed block of A times a packed block of B, added to a block of C, after Goto and
 * van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008). A lies in panels of 4 rows, B in panels of two
 * vectors of columns, each step of `k` after the other, so that everything is read in the order in which it lies; the
 * 4 x 2 vectors of C that a step adds to stay in registers.
 *
 * `a`, `b` and `c` are addresses; `n` is how many columns the rows of C have, a whole number of panels, as `m` is.
 */

export function gemmFloat64(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize): void {
  const row: usize = n << 3;
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < m; i += 4) {
      let pa: usize = a + ((<usize>i * <usize>k) << 3);
      let pb: usize = b + ((<usize>j * <usize>k) << 3);
      const pc: usize = c + <usize>i * row + ((<usize>j) << 3);
      let c00 = v128.load(pc);
      let c01 = v128.load(pc, 16);
      let c10 = v128.load(pc + row);
      let c11 = v128.load(pc + row, 16);
      let c20 = v128.load(pc + 2 * row);
      let c21 = v128.load(pc + 2 * row, 16);
      let c30 = v128.load(pc + 3 * row);
      let c31 = v128.load(pc + 3 * row, 16);
      for (let p = 0; p < k; p++) {
        const b0 = v128.load(pb);
        const b1 = v128.load(pb, 16);
        let x = v128.load64_splat(pa);
        c00 = f64x2.add(c00, f64x2.mul(x, b0));
        c01 = f64x2.add(c01, f64x2.mul(x, b1));
        x = v128.load64_splat(pa, 8);
        c10 = f64x2.add(c10, f64x2.mul(x, b0));
        c11 = f64x2.add(c11, f64x2.mul(x, b1));
        x = v128.load64_splat(pa, 16);
        c20 = f64x2.add(c20, f64x2.mul(x, b0));
        c21 = f64x2.add(c21, f64x2.mul(x, b1));
        x = v128.load64_splat(pa, 24);
        c30 = f64x2.add(c30, f64x2.mul(x, b0));
        c31 = f64x2.add(c31, f64x2.mul(x, b1));
        pa += 32;
        pb += 32;
      }
      v128.store(pc, c00);
      v128.store(pc, c01, 16);
      v128.store(pc + row, c10);
      v128.store(pc + row, c11, 16);
      v128.store(pc + 2 * row, c20);
      v128.store(pc + 2 * row, c21, 16);
      v128.store(pc + 3 * row, c30);
      v128.store(pc + 3 * row, c31, 16);
    }
  }
}

export function gemmFloat32(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize): void {
  const row: usize = n << 2;
  for (let j = 0; j < n; j += 8) {
    for (let i = 0; i < m; i += 4) {
      let pa: usize = a + ((<usize>i * <usize>k) << 2);
      let pb: usize = b + ((<usize>j * <usize>k) << 2);
      const pc: usize = c + <usize>i * row + ((<usize>j) << 2);
      let c00 = v128.load(pc);
      let c01 = v128.load(pc, 16);
      let c10 = v128.load(pc + row);
      let c11 = v128.load(pc + row, 16);
      let c20 = v128.load(pc + 2 * row);
      let c21 = v128.load(pc + 2 * row, 16);
      let c30 = v128.load(pc + 3 * row);
      let c31 = v128.load(pc + 3 * row, 16);
      for (let p = 0; p < k; p++) {
        const b0 = v128.load(pb);
        const b1 = v128.load(pb, 16);
        let x = v128.load32_splat(pa);
        c00 = f32x4.add(c00, f32x4.mul(x, b0));
        c01 = f32x4.add(c01, f32x4.mul(x, b1));
        x = v128.load32_splat(pa, 4);
        c10 = f32x4.add(c10, f32x4.mul(x, b0));
        c11 = f32x4.add(c11, f32x4.mul(x, b1));
        x = v128.load32_splat(pa, 8);
        c20 = f32x4.add(c20, f32x4.mul(x, b0));
        c21 = f32x4.add(c21, f32x4.mul(x, b1));
        x = v128.load32_splat(pa, 12);
        c30 = f32x4.add(c30, f32x4.mul(x, b0));
        c31 = f32x4.add(c31, f32x4.mul(x, b1));
        pa += 16;
        pb += 32;
      }
      v128.store(pc, c00);
      v128.store(pc, c01, 16);
      v128.store(pc + row, c10);
      v128.store(pc + row, c11, 16);
      v128.store(pc + 2 * row, c20);
      v128.store(pc + 2 * row, c21, 16);
      v128.store(pc + 3 * row, c30);
      v128.store(pc + 3 * row, c31, 16);
    }
  }
}
