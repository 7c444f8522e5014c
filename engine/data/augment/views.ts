/**
 * The two views of a crop: plain for the student, strongly perturbed for the teacher. The geometry is
 * shared, so both show the same patches.
 * @source ConMIM (ICLR 2023), section 3.2; fixtures, section 11
 */
import type { RandomStream } from '../../random/philox.ts';
import type { RgbImage } from '../image.ts';
import { gaussianBlur } from './blur.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  solarize,
  toGrey,
} from './colour.ts';

export interface TeacherOptions {
  /** largest change of brightness, contrast, saturation; largest turn of the hue */
  readonly jitter: readonly [number, number, number, number];
  readonly jitterProbability: number;
  readonly grayProbability: number;
  readonly blurProbability: number;
  /** standard deviation in pixels, drawn uniformly */
  readonly blurRadius: readonly [number, number];
  readonly solarizeProbability: number;
}

/** Perturb a view in place. */
export function perturb(image: RgbImage, random: RandomStream, options: TeacherOptions): void {
  // Every number is drawn whether it is used or not, so one choice does not shift the next.
  const jitter = random.uniform() < options.jitterProbability;
  const order = random.shuffle([0, 1, 2, 3]);
  const [brightness, contrast, saturation, hue] = options.jitter;
  const factors = [brightness, contrast, saturation].map((most) =>
    random.between(Math.max(0, 1 - most), 1 + most),
  );
  const turn = random.between(-hue, hue);
  const gray = random.uniform() < options.grayProbability;
  const blur = random.uniform() < options.blurProbability;
  const radius = random.between(...options.blurRadius);
  const invert = random.uniform() < options.solarizeProbability;
  if (jitter)
    for (const step of order) {
      if (step === 0) adjustBrightness(image, factors[0]!);
      else if (step === 1) adjustContrast(image, factors[1]!);
      else if (step === 2) adjustSaturation(image, factors[2]!);
      else adjustHue(image, turn);
    }
  if (gray) toGrey(image);
  if (blur) gaussianBlur(image, radius);
  if (invert) solarize(image);
}
