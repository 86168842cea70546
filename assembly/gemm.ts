/**
 * The inner part of a matrix product: a packed block of A times a packed block of B, added to a block of C, after Goto and
 * van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008). A lies in panels of 4 rows, B in panels of two
 * vectors of columns, each step of `k` after the other, so that everything is read in the order in which it lies; the
 * 4 x 2 vectors of C that a step adds to stay in registers.
 *
 * `a`, `b` and `c` are addresses; `n` is how many columns the block of C has, a whole number of panels, as `m` is, and `row`
 * how many bytes its rows are apart. Two steps go to a round, with a way out after each: where there is none, compilers
 * take all loads of a round first, for which there are not enough registers.
 */

export function gemmFloat64(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, row: usize): void {
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < m; i += 4) {
      let pa: usize = a + ((<usize>i * <usize>k) << 3);
      let pb: usize = b + ((<usize>j * <usize>k) << 3);
      const end: usize = pa + ((<usize>k) << 5);
      const pc: usize = c + <usize>i * row + ((<usize>j) << 3);
      let c00 = v128.load(pc);
      let c01 = v128.load(pc, 16);
      let c10 = v128.load(pc + row);
      let c11 = v128.load(pc + row, 16);
      let c20 = v128.load(pc + 2 * row);
      let c21 = v128.load(pc + 2 * row, 16);
      let c30 = v128.load(pc + 3 * row);
      let c31 = v128.load(pc + 3 * row, 16);
      while (true) {
        const b00 = v128.load(pb);
        const b01 = v128.load(pb, 16);
        const a00 = v128.load64_splat(pa);
        c00 = f64x2.add(c00, f64x2.mul(a00, b00));
        c01 = f64x2.add(c01, f64x2.mul(a00, b01));
        const a01 = v128.load64_splat(pa, 8);
        c10 = f64x2.add(c10, f64x2.mul(a01, b00));
        c11 = f64x2.add(c11, f64x2.mul(a01, b01));
        const a02 = v128.load64_splat(pa, 16);
        c20 = f64x2.add(c20, f64x2.mul(a02, b00));
        c21 = f64x2.add(c21, f64x2.mul(a02, b01));
        const a03 = v128.load64_splat(pa, 24);
        c30 = f64x2.add(c30, f64x2.mul(a03, b00));
        c31 = f64x2.add(c31, f64x2.mul(a03, b01));
        pa += 32;
        if (pa === end) break;
        const b10 = v128.load(pb, 32);
        const b11 = v128.load(pb, 48);
        const a10 = v128.load64_splat(pa);
        c00 = f64x2.add(c00, f64x2.mul(a10, b10));
        c01 = f64x2.add(c01, f64x2.mul(a10, b11));
        const a11 = v128.load64_splat(pa, 8);
        c10 = f64x2.add(c10, f64x2.mul(a11, b10));
        c11 = f64x2.add(c11, f64x2.mul(a11, b11));
        const a12 = v128.load64_splat(pa, 16);
        c20 = f64x2.add(c20, f64x2.mul(a12, b10));
        c21 = f64x2.add(c21, f64x2.mul(a12, b11));
        const a13 = v128.load64_splat(pa, 24);
        c30 = f64x2.add(c30, f64x2.mul(a13, b10));
        c31 = f64x2.add(c31, f64x2.mul(a13, b11));
        pa += 32;
        if (pa === end) break;
        pb += 64;
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

export function gemmFloat32(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, row: usize): void {
  for (let j = 0; j < n; j += 8) {
    for (let i = 0; i < m; i += 4) {
      let pa: usize = a + ((<usize>i * <usize>k) << 2);
      let pb: usize = b + ((<usize>j * <usize>k) << 2);
      const end: usize = pa + ((<usize>k) << 4);
      const pc: usize = c + <usize>i * row + ((<usize>j) << 2);
      let c00 = v128.load(pc);
      let c01 = v128.load(pc, 16);
      let c10 = v128.load(pc + row);
      let c11 = v128.load(pc + row, 16);
      let c20 = v128.load(pc + 2 * row);
      let c21 = v128.load(pc + 2 * row, 16);
      let c30 = v128.load(pc + 3 * row);
      let c31 = v128.load(pc + 3 * row, 16);
      while (true) {
        const b00 = v128.load(pb);
        const b01 = v128.load(pb, 16);
        const a00 = v128.load32_splat(pa);
        c00 = f32x4.add(c00, f32x4.mul(a00, b00));
        c01 = f32x4.add(c01, f32x4.mul(a00, b01));
        const a01 = v128.load32_splat(pa, 4);
        c10 = f32x4.add(c10, f32x4.mul(a01, b00));
        c11 = f32x4.add(c11, f32x4.mul(a01, b01));
        const a02 = v128.load32_splat(pa, 8);
        c20 = f32x4.add(c20, f32x4.mul(a02, b00));
        c21 = f32x4.add(c21, f32x4.mul(a02, b01));
        const a03 = v128.load32_splat(pa, 12);
        c30 = f32x4.add(c30, f32x4.mul(a03, b00));
        c31 = f32x4.add(c31, f32x4.mul(a03, b01));
        pa += 16;
        if (pa === end) break;
        const b10 = v128.load(pb, 32);
        const b11 = v128.load(pb, 48);
        const a10 = v128.load32_splat(pa);
        c00 = f32x4.add(c00, f32x4.mul(a10, b10));
        c01 = f32x4.add(c01, f32x4.mul(a10, b11));
        const a11 = v128.load32_splat(pa, 4);
        c10 = f32x4.add(c10, f32x4.mul(a11, b10));
        c11 = f32x4.add(c11, f32x4.mul(a11, b11));
        const a12 = v128.load32_splat(pa, 8);
        c20 = f32x4.add(c20, f32x4.mul(a12, b10));
        c21 = f32x4.add(c21, f32x4.mul(a12, b11));
        const a13 = v128.load32_splat(pa, 12);
        c30 = f32x4.add(c30, f32x4.mul(a13, b10));
        c31 = f32x4.add(c31, f32x4.mul(a13, b11));
        pa += 16;
        if (pa === end) break;
        pb += 64;
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
