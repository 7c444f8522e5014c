/**
 * The inverse cosine transform of a block of 8 x 8, with the roundings of libjpeg's accurate integer
 * method for 12 bits, so that values are the same.
 *
 * @source C. Loeffler, A. Ligtenberg, G. Moschytz, ICASSP 1989; libjpeg, jidctint.c
 */
const SIDE = 8;
/** Fractions of constants have 13 bits, and columns keep one bit. */
const [SCALE, AFTER_COLUMNS, AFTER_ROWS] = [2 ** 13, 2 ** 12, 2 ** 17];

/** In place; integers stay integers, as float64. */
export function inverseTransform(block: Float64Array): void {
  for (let x = 0; x < SIDE; x++) transformLine(block, x, SIDE, AFTER_COLUMNS);
  for (let y = 0; y < SIDE; y++) transformLine(block, SIDE * y, 1, AFTER_ROWS);
}

function transformLine(block: Float64Array, at: number, step: number, divisor: number): void {
  const even = (block[at + 2 * step]! + block[at + 6 * step]!) * 4433;
  const low = even - block[at + 6 * step]! * 15137;
  const high = even + block[at + 2 * step]! * 6270;
  const sum = (block[at]! + block[at + 4 * step]!) * SCALE;
  const difference = (block[at]! - block[at + 4 * step]!) * SCALE;
  const [a0, a1, a2, a3] = [sum + high, difference + low, difference - low, sum - high];

  const [b0, b1] = [block[at + 7 * step]!, block[at + 5 * step]!];
  const [b2, b3] = [block[at + 3 * step]!, block[at + step]!];
  const c5 = (b0 + b2 + b1 + b3) * 9633;
  const [c1, c2] = [(b0 + b3) * -7373, (b1 + b2) * -20995];
  const [c3, c4] = [(b0 + b2) * -16069 + c5, (b1 + b3) * -3196 + c5];
  const [d0, d1] = [b0 * 2446 + c1 + c3, b1 * 16819 + c2 + c4];
  const [d2, d3] = [b2 * 25172 + c2 + c3, b3 * 12299 + c1 + c4];

  const half = divisor / 2;
  block[at] = Math.floor((a0 + d3 + half) / divisor);
  block[at + 7 * step] = Math.floor((a0 - d3 + half) / divisor);
  block[at + step] = Math.floor((a1 + d2 + half) / divisor);
  block[at + 6 * step] = Math.floor((a1 - d2 + half) / divisor);
  block[at + 2 * step] = Math.floor((a2 + d1 + half) / divisor);
  block[at + 5 * step] = Math.floor((a2 - d1 + half) / divisor);
  block[at + 3 * step] = Math.floor((a3 + d0 + half) / divisor);
  block[at + 4 * step] = Math.floor((a3 - d0 + half) / divisor);
}
