/** Which images show a single colour. */

/** Below this standard deviation of normalised values, about a level of 8 bits. */
const FLAT_DEVIATION = 0.02;

/** @param images [count, channels, pixels], normalised @returns share of images without contents */
export function flatShare(images: Float32Array, count: number, channels: number): number {
  const pixels = images.length / (count * channels);
  let flat = 0;
  for (let i = 0; i < count; i++) {
    const planes = Array.from({ length: channels }, (_, c) => {
      const start = (i * channels + c) * pixels;
      return deviationOf(images.subarray(start, start + pixels));
    });
    if (planes.every((deviation) => deviation < FLAT_DEVIATION)) flat++;
  }
  return flat / count;
}

function deviationOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
