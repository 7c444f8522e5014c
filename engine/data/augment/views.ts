/**
 * The two views of a crop: a plain one for the student, a strongly perturbed one for the teacher.
 * Both have the same geometry, so their patches correspond.
 *
 * @source ConMIM (ICLR 2023), section 3.2; fixtures, section 11
 */
import type { RandomStream } from '../../random/philox.ts';
import type { RgbImage } from '../image.ts';
import { gaussianBlur } from './blur.ts';
import {
  adjustHue,
  adjustSaturation,
  applyTone,
  brightnessTone,
  chainTones,
  contrastTone,
  solarizeTone,
  type Tone,
  toGrey,
  UNCHANGED,
} from './colour.ts';

export interface TeacherOptions {
  /** largest change of brightness, contrast and saturation, and largest shift of the hue */
  readonly jitter: readonly [number, number, number, number];
  readonly jitterProbability: number;
  readonly grayProbability: number;
  readonly blurProbability: number;
  /** standard deviation in pixels, drawn uniformly */
  readonly blurRadius: readonly [number, number];
  readonly solarizeProbability: number;
}

/** Perturb a view in place, but for a final tone. @returns the tone, which the caller must apply */
export function perturb(image: RgbImage, random: RandomStream, options: TeacherOptions): Tone {
  // Numbers are drawn even if they are not used, so that no choice shifts the next ones.
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
  let tone = UNCHANGED;
  if (jitter)
    for (const step of order) {
      if (step === 0) tone = chainTones(tone, brightnessTone(factors[0]!));
      else if (step === 1) tone = chainTones(tone, contrastTone(image, factors[1]!, tone));
      else {
        if (step === 2) adjustSaturation(image, factors[2]!, tone);
        else adjustHue(image, turn, tone);
        tone = UNCHANGED;
      }
    }
  if (gray) {
    toGrey(image, tone);
    tone = UNCHANGED;
  }
  if (blur) {
    applyTone(image, tone);
    gaussianBlur(image, radius);
    tone = UNCHANGED;
  }
  return invert ? chainTones(tone, solarizeTone()) : tone;
}
