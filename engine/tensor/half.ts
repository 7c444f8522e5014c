/** Rounding to float16 (IEEE 754 binary16), and its bit patterns. */

const [SCRATCH_FLOAT, SCRATCH_BITS] = (() => {
  const buffer = new ArrayBuffer(4);
  return [new Float32Array(buffer), new Uint32Array(buffer)] as const;
})();

/** Bits of the nearest float16, ties to even; infinity from 65,520 on. */
export function halfBits(value: number): number {
  SCRATCH_FLOAT[0] = value;
  const bits = SCRATCH_BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From here on rounding gives infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below the smallest normal number, float16 counts in steps of 2^-24.
  if (magnitude < 0x38800000) {
    SCRATCH_BITS[0] = magnitude;
    return sign | roundToEven(SCRATCH_FLOAT[0]! * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000;
  const odd = (rebased >>> 13) & 1;
  return sign | ((rebased + 0xfff + odd) >>> 13);
}

/** @param bits of a float16 */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below + (below & 1);
}
