/** Sum of products of two rows, each from its place on. */
export function dot(
  a: Float32Array,
  aAt: number,
  b: Float32Array,
  bAt: number,
  width: number,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let d = 0;
  for (; d + 3 < width; d += 4) {
    sum0 += a[aAt + d]! * b[bAt + d]!;
    sum1 += a[aAt + d + 1]! * b[bAt + d + 1]!;
    sum2 += a[aAt + d + 2]! * b[bAt + d + 2]!;
    sum3 += a[aAt + d + 3]! * b[bAt + d + 3]!;
  }
  for (; d < width; d++) sum0 += a[aAt + d]! * b[bAt + d]!;
  return sum0 + sum1 + sum2 + sum3;
}
