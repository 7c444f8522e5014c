/** A text about the features from an evaluation by nearest neighbours. */
import { countText, percentText } from '../../../../ui/format.ts';

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
      ? 'The features separate the classes better than chance.'
      : 'No better than chance: the features do not separate these classes.';
  const others =
    best.k === k || best.top1 === 0
      ? ''
      : ` The best k is ${countText(best.k)}, with ${percentText(best.top1)}: slightly optimistic, since it is chosen on these images.`;
  return `${features}${others}`;
}
