/** Initial values: a function of (seed, position of the tensor), equal on every machine. */
import type { SharedValues } from '../contract/settings/shared.ts';
import { RandomStream } from '../random/philox.ts';
import { elementCount, type HostTensor } from '../tensor/host-tensor.ts';
import type { ParameterSpec } from './parameters.ts';
import { gridOf, type VitConfig } from './vit.ts';

export interface InitialiseOptions {
  readonly seed: number;
  /** standard deviation of weights and tokens; values beyond one deviation are drawn again */
  readonly std: number;
  readonly grid: { readonly rows: number; readonly cols: number };
  /** `zero` as the authors do, or `distance`: nearer patches get more attention from the start */
  readonly relPosInit: 'zero' | 'distance';
}

/** Slopes of the distance prior, cycled over the heads, for narrow and wide neighbourhoods. */
const DISTANCE_SLOPES = [1.0, 0.4, 0.1];
const DISTANCE_NOISE = 0.02;

/** The values at the start of a recipe's training. */
export function initialTensors(
  recipe: Pick<SharedValues, 'seed' | 'init_std' | 'rel_pos_init'>,
  vit: VitConfig,
  specs: readonly ParameterSpec[],
): Map<string, HostTensor<'f32'>> {
  const { seed, init_std: std, rel_pos_init: relPosInit } = recipe;
  return initialise(specs, { seed, std, grid: gridOf(vit), relPosInit });
}

export function initialise(
  specs: readonly ParameterSpec[],
  options: InitialiseOptions,
): Map<string, HostTensor<'f32'>> {
  return new Map(
    specs.map((spec, i) => {
      const data = new Float32Array(elementCount(spec.shape));
      fill(data, spec, new RandomStream(options.seed, 'init', i), options);
      return [spec.name, { dtype: 'f32', shape: spec.shape, data }];
    }),
  );
}

function fill(
  data: Float32Array,
  { init, shape }: ParameterSpec,
  random: RandomStream,
  { std, grid, relPosInit }: InitialiseOptions,
): void {
  if (init.kind === 'constant') data.fill(init.value);
  else if (init.kind === 'truncatedNormal') {
    const scale = ((init.scale ?? 1) * std) / Math.sqrt(2 * (init.depthScale ?? 0.5));
    for (let i = 0; i < data.length; i++) data[i] = scale * truncated(random);
  } else if (relPosInit === 'distance') fillDistances(data, shape[1]!, random, grid);
}

/** Φ(−1): the share of a standard normal below minus one deviation. */
const LOWER_TAIL = 0.15865525393145707;

/** Standard normal truncated to ±1 by inverting its distribution: one random number per value. */
function truncated(random: RandomStream): number {
  const share = (random.uint32() + 0.5) / 0x1_0000_0000;
  return normalQuantile(LOWER_TAIL + (1 - 2 * LOWER_TAIL) * share);
}

/**
 * Quantile of the standard normal for probabilities in [0.025, 0.975], relative error below 1.2e-9.
 * @source P. J. Acklam, central rational approximation
 */
function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  const r = q * q;
  const numerator =
    ((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
    2.506628277459239;
  const denominator =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
    1;
  return (q * numerator) / denominator;
}

function fillDistances(
  table: Float32Array,
  heads: number,
  random: RandomStream,
  { rows, cols }: InitialiseOptions['grid'],
): void {
  const width = 2 * cols - 1;
  const offsets = (2 * rows - 1) * width;
  for (let row = 0; row * heads < table.length; row++) {
    const dy = Math.floor(row / width) - (rows - 1);
    const dx = (row % width) - (cols - 1);
    const distance = row < offsets ? Math.hypot(dy, dx) : 0;
    for (let head = 0; head < heads; head++)
      table[row * heads + head] =
        DISTANCE_NOISE * random.normal() -
        DISTANCE_SLOPES[head % DISTANCE_SLOPES.length]! * distance;
  }
}
