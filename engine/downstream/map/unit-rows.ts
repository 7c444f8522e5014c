/** Features of unit length, so that sums of products are cosines. */
import type { FeatureRows } from '../../features/neighbours.ts';

/** Rows of zeros stay so. */
export function unitRows({ data, count, width }: FeatureRows): FeatureRows {
  const unit = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let d = 0; d < width; d++) squares += data[row * width + d]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < width; d++) unit[row * width + d] = data[row * width + d]! * scale;
  }
  return { data: unit, count, width };
}
