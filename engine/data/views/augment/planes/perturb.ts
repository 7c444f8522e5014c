/** The strongly perturbed view of a picture of floating point numbers. */
import type { RandomStream } from '../../../../random/philox.ts';
import type { Planes } from '../../../pixels/planes.ts';
import { drawPerturbation, type TeacherOptions } from '../views.ts';
import { blurPlanes } from './blur.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  isRgb,
  solarize,
  toGrey,
} from './colour.ts';

/**
 * Perturb a view in place. Red, green and blue are changed together, as bytes are; of other channels
 * each has its own brightness and contrast, and none has saturation, hue or grey.
 */
export function perturbPlanes(image: Planes, random: RandomStream, options: TeacherOptions): void {
  const drawn = drawPerturbation(random, options);
  const factorsOf = (shared: number, most: number) =>
    Array.from({ length: image.channels }, () =>
      isRgb(image) ? shared : random.between(Math.max(0, 1 - most), 1 + most),
    );
  const [brightness, contrast] = options.jitter;
  const steps = [
    () => adjustBrightness(image, factorsOf(drawn.factors[0], brightness)),
    () => adjustContrast(image, factorsOf(drawn.factors[1], contrast)),
    () => adjustSaturation(image, drawn.factors[2]),
    () => adjustHue(image, drawn.turn),
  ];
  for (const step of drawn.steps) steps[step]!();
  if (drawn.gray) toGrey(image);
  if (drawn.blurRadius !== undefined) blurPlanes(image, drawn.blurRadius);
  if (drawn.invert) solarize(image);
}
