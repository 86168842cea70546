/**
 * Mathematical functions of two float64 values at once. Each takes `n` values (an even number) at the address `x` and
 * writes its results to `y`; float32 goes through the same functions, and is rounded once. Errors are below one unit in
 * the last place (test/kernels/transcendental.test.ts measures them).
 */
import { cosOf, expOf, logOf, sinOf, tanhOf } from './math-inner';

export function exp(n: i32, x: usize, y: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 16, y += 16) v128.store(y, expOf(v128.load(x)));
}

export function log(n: i32, x: usize, y: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 16, y += 16) v128.store(y, logOf(v128.load(x)));
}

export function sin(n: i32, x: usize, y: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 16, y += 16) v128.store(y, sinOf(v128.load(x)));
}

export function cos(n: i32, x: usize, y: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 16, y += 16) v128.store(y, cosOf(v128.load(x)));
}

export function tanh(n: i32, x: usize, y: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 16, y += 16) v128.store(y, tanhOf(v128.load(x)));
}
