/**
 * Mixup and CutMix with their soft targets. Each image of a batch is mixed with the one at the
 * mirrored position, the first with the last.
 *
 * @source Zhang et al., mixup (ICLR 2018); Yun et al., CutMix (ICCV 2019); fixtures, section 5
 */
import { RandomStream } from '../../random/philox.ts';

export interface MixOptions {
  /** Beta(α, α) of the share; 0 for none */
  readonly mixup: number;
  readonly cutmix: number;
  readonly probability: number;
  /** Probability of CutMix where both are enabled. */
  readonly switchProbability: number;
}

/** Rows and columns [top, bottom) × [left, right). */
export interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The operation on a batch. `share` is the remaining weight of each image's own label, 0 to 1. */
export type Mix =
  | { readonly kind: 'none'; readonly share: 1 }
  | { readonly kind: 'mixup'; readonly share: number }
  | { readonly kind: 'cutmix'; readonly share: number; readonly box: Box };

const UNMIXED: Mix = { kind: 'none', share: 1 };

/** The mix of a step's batch, a function of (seed, step) alone. */
export function drawMix(
  seed: number,
  step: number,
  [height, width]: readonly [number, number],
  { mixup, cutmix, probability, switchProbability }: MixOptions,
): Mix {
  const random = new RandomStream(seed, 'mixup', step);
  const [happens, switched] = [random.uniform() < probability, random.uniform()];
  if (!happens || (mixup <= 0 && cutmix <= 0)) return UNMIXED;
  const cut = cutmix > 0 && (mixup <= 0 || switched < switchProbability);
  const share = symmetricBeta(random, cut ? cutmix : mixup);
  if (!cut) return { kind: 'mixup', share };
  const box = drawBox(random, height, width, share);
  return { kind: 'cutmix', box, share: uncovered(box, height, width) };
}

/** A box that covers 1 - `share` of the image, less the part beyond the border. */
function drawBox(random: RandomStream, height: number, width: number, share: number): Box {
  const side = Math.sqrt(1 - share);
  const span = (size: number): [number, number] => {
    const half = Math.floor(Math.trunc(size * side) / 2);
    const centre = random.integer(size);
    return [Math.max(0, centre - half), Math.min(size, centre + half)];
  };
  const [top, bottom] = span(height);
  const [left, right] = span(width);
  return { top, bottom, left, right };
}

/** The part of an image outside the box, 0 to 1. */
export function uncovered(
  { top, bottom, left, right }: Box,
  height: number,
  width: number,
): number {
  return 1 - ((bottom - top) * (right - left)) / (height * width);
}

/** Beta(α, α) by Jöhnk's method. */
function symmetricBeta(random: RandomStream, alpha: number): number {
  for (;;) {
    const [a, b] = [random.uniform() ** (1 / alpha), random.uniform() ** (1 / alpha)];
    if (a + b > 0 && a + b <= 1) return a / (a + b);
  }
}

/** Mix a batch in place. @param images [B, C, H, W] */
export function mixImages(
  images: Float32Array,
  batchSize: number,
  [height, width]: readonly [number, number],
  mix: Mix,
): void {
  if (mix.kind === 'none') return;
  const size = images.length / batchSize;
  // The middle image of an odd batch would be mixed with itself, which changes nothing.
  for (let i = 0; i < Math.floor(batchSize / 2); i++) {
    const a = images.subarray(i * size, (i + 1) * size);
    const b = images.subarray((batchSize - 1 - i) * size, (batchSize - i) * size);
    if (mix.kind === 'mixup') blend(a, b, mix.share);
    else swap(a, b, mix.box, height, width);
  }
}

function blend(a: Float32Array, b: Float32Array, share: number): void {
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    a[i] = x * share + y * (1 - share);
    b[i] = y * share + x * (1 - share);
  }
}

function swap(a: Float32Array, b: Float32Array, box: Box, height: number, width: number): void {
  for (let start = 0; start < a.length; start += height * width)
    for (let y = box.top; y < box.bottom; y++) {
      const [from, to] = [start + y * width + box.left, start + y * width + box.right];
      const kept = a.slice(from, to);
      a.set(b.subarray(from, to), from);
      b.set(kept, from);
    }
}

/**
 * Targets of a mixed batch with label smoothing.
 *
 * @param labels    [B]
 * @param smoothing e: the own class has 1 - e + e/C, every other e/C
 * @returns [B, C], rows sum to 1
 */
export function softTargets(
  labels: ArrayLike<number>,
  classes: number,
  smoothing: number,
  share: number,
): Float32Array {
  const B = labels.length;
  const targets = new Float32Array(B * classes).fill(smoothing / classes);
  const on = 1 - smoothing;
  for (let i = 0; i < B; i++) {
    targets[i * classes + labels[i]!]! += on * share;
    targets[i * classes + labels[B - 1 - i]!]! += on * (1 - share);
  }
  return targets;
}
