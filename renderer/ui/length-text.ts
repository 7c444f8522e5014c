/** The length of a training in steps and epochs, and the setting that decides it. */
import { trainingLength } from '../../engine/contract/training-length.ts';
import { countOf, countText } from './format.ts';

type Values = Readonly<Record<string, unknown>>;

export interface LengthText {
  /** For example `3,120 steps of 64 images (20 epochs), so that each of 10,000 images is seen 20 times`. */
  readonly text: string;
  /** Why the training cannot start; undefined if it can. */
  readonly problem?: string;
}

/**
 * @param values of the recipe
 * @param images number of images to train on, 0 where it is not known
 * @param options.isFilled whether a set smaller than a batch is repeated to fill one
 */
export function lengthText(
  values: Values,
  images: number,
  { isFilled }: { readonly isFilled: boolean },
): LengthText {
  const batch = Number(values['batch_size']);
  const epochs = Number(values['epochs']);
  const least = Number(values['min_steps'] ?? 0);
  const given = typeof values['steps'] === 'number' ? values['steps'] : null;
  if (images === 0) {
    if (given !== null) return { text: `${countOf(given, 'step')} of ${countOf(batch, 'image')}` };
    const atLeast = least > 0 ? `, and at least ${countOf(least, 'step')} (min_steps)` : '';
    return { text: `${timesText(epochs)} through all images${atLeast}` };
  }
  const perEpoch = Math.max(isFilled ? 1 : 0, Math.floor(images / batch));
  if (perEpoch === 0) {
    const are = images === 1 ? 'is only 1' : `are only ${countText(images)}`;
    const problem = `A batch takes ${countOf(batch, 'image')}, and there ${are}: lower batch_size, or choose more images.`;
    return { text: problem, problem };
  }
  const length = { epochs, steps: given, min_steps: least };
  const { steps, decidedBy } = trainingLength(length, perEpoch);
  const inEpochs = countOf(epochs, 'epoch');
  const why = {
    steps: 'set by steps',
    epochs: inEpochs,
    min_steps: `set by min_steps; ${inEpochs} would be ${countText(epochs * perEpoch)}`,
  }[decidedBy];
  const times = batch > images ? (steps * batch) / images : steps / perEpoch;
  const seen =
    times < 1
      ? `about ${Math.round(times * 100)} % of ${countText(images)} images are seen`
      : `each of ${countText(images)} images is seen ${timesText(times)}`;
  return {
    text: `${countOf(steps, 'step')} of ${countOf(batch, 'image')} (${why}), so that ${seen}`,
  };
}

function timesText(times: number): string {
  const round = times < 10 ? Number(times.toFixed(1)) : Math.round(times);
  const about = Math.abs(round - times) > 0.001 ? 'about ' : '';
  return round === 1
    ? 'once'
    : round === 2
      ? 'twice'
      : `${about}${times < 10 ? round : countText(round)} times`;
}
