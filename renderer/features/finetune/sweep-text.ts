/** What a judgement by nearest neighbours says about the features. */
import { countText, percentText } from '../../ui/format.ts';

export function sweepText(found: {
  readonly k: number;
  readonly top1Interval: readonly [number, number];
  readonly classes: number;
  readonly sweep: readonly { readonly k: number; readonly top1: number }[];
}): string {
  const { k, top1Interval, classes, sweep } = found;
  const chance = 1 / classes;
  const best = sweep.reduce((a, b) => (b.top1 > a.top1 ? b : a), { k, top1: 0 });
  const features =
    top1Interval[0] > chance
      ? 'The features tell the classes apart better than guessing does.'
      : 'That is no better than guessing: the features do not tell these classes apart.';
  const others =
    best.k === k || best.top1 === 0
      ? ''
      : ` ${countText(best.k)} neighbours do best, with ${percentText(best.top1)}; chosen on these images, that flatters a little.`;
  return `${features}${others}`;
}
