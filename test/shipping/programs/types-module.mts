const factor: number = 2;
export function double(x: number): number {
  return x * factor;
}
