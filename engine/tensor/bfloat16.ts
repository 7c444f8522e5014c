/** Rounding to bfloat16, the upper half of a float32, and its bit patterns. */

const [SCRATCH_FLOAT, SCRATCH_BITS] = (() => {
  const buffer = new ArrayBuffer(4);
  return [new Float32Array(buffer), new Uint32Array(buffer)] as const;
})();

/** Bits of the nearest bfloat16, ties to even. */
export function bfloat16Bits(value: number): number {
  SCRATCH_FLOAT[0] = value;
  const bits = SCRATCH_BITS[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  const odd = (bits >>> 16) & 1;
  return ((bits + 0x7fff + odd) >>> 16) & 0xffff;
}

/** @param bits of a bfloat16 */
export function bfloat16Value(bits: number): number {
  SCRATCH_BITS[0] = bits << 16;
  return SCRATCH_FLOAT[0]!;
}
