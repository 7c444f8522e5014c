/**
 * The two views of a crop: a plain one for the student, a strongly perturbed one for the teacher.
 * Both have the same geometry, so their patches correspond.
 *
 * @source ConMIM (ICLR 2023), section 3.2; fixtures, section 11
 */
import type { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
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

export interface Perturbation {
  /** 0 brightness, 1 contrast, 2 saturation, 3 hue, in order; none where there is no jitter */
  readonly steps: readonly number[];
  /** of brightness, contrast and saturation */
  readonly factors: readonly [number, number, number];
  /** of the hue, as a share of the circle */
  readonly turn: number;
  readonly gray: boolean;
  readonly blurRadius: number | undefined;
  readonly invert: boolean;
}

export function drawPerturbation(random: RandomStream, options: TeacherOptions): Perturbation {
  // Numbers are drawn even if they are not used, so that no choice shifts the next ones.
  const jitter = random.uniform() < options.jitterProbability;
  const order = random.shuffle([0, 1, 2, 3]);
  const [brightness, contrast, saturation, hue] = options.jitter;
  const factors = [brightness, contrast, saturation].map((most) =>
    random.between(Math.max(0, 1 - most), 1 + most),
  ) as [number, number, number];
  const turn = random.between(-hue, hue);
  const gray = random.uniform() < options.grayProbability;
  const blur = random.uniform() < options.blurProbability;
  const radius = random.between(...options.blurRadius);
  const invert = random.uniform() < options.solarizeProbability;
  return {
    steps: jitter ? order : [],
    factors,
    turn,
    gray,
    blurRadius: blur ? radius : undefined,
    invert,
  };
}

/** Perturb a view in place, but for a final tone. @returns the tone, which the caller must apply */
export function perturb(image: RgbImage, random: RandomStream, options: TeacherOptions): Tone {
  const { steps, factors, turn, gray, blurRadius, invert } = drawPerturbation(random, options);
  let tone = UNCHANGED;
  for (const step of steps) {
    if (step === 0) tone = chainTones(tone, brightnessTone(factors[0]));
    else if (step === 1) tone = chainTones(tone, contrastTone(image, factors[1], tone));
    else {
      if (step === 2) adjustSaturation(image, factors[2], tone);
      else adjustHue(image, turn, tone);
      tone = UNCHANGED;
    }
  }
  if (gray) {
    toGrey(image, tone);
    tone = UNCHANGED;
  }
  if (blurRadius !== undefined) {
    applyTone(image, tone);
    gaussianBlur(image, blurRadius);
    tone = UNCHANGED;
  }
  return invert ? chainTones(tone, solarizeTone()) : tone;
}
