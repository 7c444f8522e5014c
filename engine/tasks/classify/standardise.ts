/** Standardisation of features to mean 0 and deviation 1, and its inverse on weights. */
import { StudioError } from '../../contract/errors.ts';
import type { FeatureRows } from '../../features/neighbours.ts';

/** Mean and scale per component of the features. */
export interface Standard {
  readonly mean: Float64Array;
  /** 1 over the deviation; 0 for a constant component. */
  readonly scale: Float64Array;
}

/** Ratio of deviation to mean below which a component is constant, by float32's precision. */
const CONSTANT = 1e-6;

/** @param chosen rows that are measured @throws StudioError `features-not-finite` */
export function measureStandard({ data, width }: FeatureRows, chosen: Int32Array): Standard {
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  for (const row of chosen)
    for (let d = 0; d < width; d++) mean[d]! += data[row * width + d]! / chosen.length;
  for (const row of chosen)
    for (let d = 0; d < width; d++)
      variance[d]! += (data[row * width + d]! - mean[d]!) ** 2 / chosen.length;
  const scale = variance.map((value, d) => {
    if (!Number.isFinite(value))
      throw new StudioError(
        'features-not-finite',
        'The features hold numbers that are not finite.',
        {
          advice: 'The weights may be broken: use an earlier checkpoint.',
        },
      );
    const deviation = Math.sqrt(value);
    return deviation > CONSTANT * Math.abs(mean[d]!) ? 1 / deviation : 0;
  });
  return { mean, scale };
}

/** Write the chosen rows, standardised, to the beginning of `out` [any, width]. */
export function gatherStandardised(
  { data, width }: FeatureRows,
  chosen: Int32Array,
  { mean, scale }: Standard,
  out: Float32Array,
): void {
  for (const [i, row] of chosen.entries())
    for (let d = 0; d < width; d++)
      out[i * width + d] = (data[row * width + d]! - mean[d]!) * scale[d]!;
}

/**
 * The linear map on plain features that equals this one on standardised features.
 *
 * @param weight [classes, width]
 * @param bias   [classes]
 */
export function unstandardise(
  weight: Float32Array,
  bias: Float32Array,
  { mean, scale }: Standard,
): { weight: Float32Array; bias: Float32Array } {
  const width = mean.length;
  const shifted = Float64Array.from(bias);
  const plain = weight.map((value, i) => {
    const d = i % width;
    const scaled = value * scale[d]!;
    shifted[Math.floor(i / width)]! -= scaled * mean[d]!;
    return scaled;
  });
  return { weight: plain, bias: Float32Array.from(shifted) };
}
